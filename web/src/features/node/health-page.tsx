import { useQuery } from "@tanstack/react-query";
import { language, t } from "../../texts";
import { Loaded, Row } from "../../ui/list";
import { Notice } from "../../ui/notice";
import { Page } from "../../ui/page";
import { type Context, type Traffic } from "./metrics";
import { healthQuery, isElsewhere, readyQuery } from "./queries";

export default function HealthPage() {
  const ready = useQuery(readyQuery);
  const health = useQuery(healthQuery);
  const missing = ready.data?.missing ?? [];
  return (
    <Page
      title={t.health.title}
      lead={t.health.lead}
      action={ready.data ? <State missing={missing} /> : null}
    >
      {isElsewhere(health.error) ? (
        <Notice icon="info">{t.health.elsewhere}</Notice>
      ) : (
        <Loaded query={health} rows={4}>
          {({ contexts, traffic }) => (
            <>
              <Figures traffic={traffic} />
              <section className="part">
                <h2>{t.health.parts}</h2>
                <ul className="rows">
                  {contexts.map((each) => (
                    <Part key={each.name} context={each} missing={missing.includes(each.name)} />
                  ))}
                </ul>
              </section>
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}

function State({ missing }: { missing: string[] }) {
  return (
    <span role="status" className={missing.length ? "badge bad" : "badge"}>
      {missing.length ? t.health.missing(missing.join(", ")) : t.health.ready}
    </span>
  );
}

function Figures({ traffic }: { traffic: Traffic }) {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return (
    <ul className="tiles small-ones">
      <Figure label={t.health.up} {...duration(traffic.upS, number)} />
      <Figure label={t.health.requests} value={number.format(traffic.requests)} />
      <Figure label={t.health.mean} value={number.format(traffic.meanMs)} unit="ms" />
      <Figure label={t.health.failures} value={number.format(traffic.failures)} />
      <Figure label={t.health.memory} value={number.format(traffic.memoryBytes / 1e6)} unit="MB" />
    </ul>
  );
}

function duration(seconds: number, number: Intl.NumberFormat): { value: string; unit: string } {
  const [size, unit] =
    seconds < 90 ? [1, "s"] : seconds < 5400 ? [60, "min"] : seconds < 172_800 ? [3600, "h"] : [86_400, "d"];
  return { value: number.format(Math.round(seconds / Number(size))), unit: String(unit) };
}

function Figure({ label, value, unit }: { label: string; value: string; unit?: string }) {
  return (
    <li className="card">
      <p>{label}</p>
      <div className="figure">
        {value}
        {unit ? <small>{unit}</small> : null}
      </div>
    </li>
  );
}

function Part({ context, missing }: { context: Context; missing: boolean }) {
  const facts = [
    context.leads ? t.health.leads : t.health.follows,
    ...(context.others ? [t.health.others(context.others)] : []),
    ...(context.waiting ? [t.health.waiting(context.waiting)] : []),
  ];
  return (
    <Row name={<span className="capital">{context.name}</span>} about={facts.join(" · ")}>
      {context.deadLetters ? (
        <span className="badge bad">{t.health.deadLetters(context.deadLetters)}</span>
      ) : null}
      <span className={missing ? "badge bad" : "badge"}>{missing ? t.health.notThere : t.health.fine}</span>
    </Row>
  );
}
