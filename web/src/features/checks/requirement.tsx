import { useId } from "react";
import { usePeople } from "../../api/people";
import type { EvidenceGroup, ConditionReason as Reason, Requirement as Asked, Tick } from "../../api/routes";
import { t } from "../../texts";
import { Explained } from "../../trade/explained";
import { dayName } from "../../ui/dates";
import { conditionText } from "./reasons";
import type { Ticks } from "./ticks";

/** One thing to do: what to hold as proof, and, for whoever wants to know, why. */
export function Requirement({
  asked: { rule, why, evidence, open = [], unless = [] },
  questions,
  titles,
  ticks,
}: {
  asked: Asked;
  questions: ReadonlyMap<string, string>;
  /** Of the rules that may take it away. */
  titles: ReadonlyMap<string, string>;
  /** Nothing, where it cannot be ticked off. */
  ticks?: Ticks | undefined;
}) {
  const id = useId();
  const tick = ticks?.of(rule.id);
  const unsure = rule.confidence !== "verified";
  const depends = [...new Set(open)].flatMap((id) => questions.get(id) ?? []);
  return (
    <li className={tick ? "requirement done" : "requirement"}>
      <h3>
        {ticks ? (
          <span className="choice">
            <input
              id={id}
              aria-label={rule.title}
              type="checkbox"
              checked={Boolean(tick)}
              disabled={!ticks.toggle}
              onChange={() => ticks.toggle?.(rule.id)}
            />
            <span>
              <Explained text={rule.title} labels={id} />
            </span>
          </span>
        ) : (
          <Explained text={rule.title} />
        )}
      </h3>
      {tick ? <Done tick={tick} /> : null}
      {rule.summary ? (
        <p>
          <Explained text={rule.summary} />
        </p>
      ) : null}
      {evidence.map((each, index) => (
        <Evidence key={String(index)} group={each} />
      ))}
      {depends.length ? (
        <p className="quiet">
          {t.answer.dependsOn} {depends.join(" ")}
        </p>
      ) : null}
      {unless.length ? (
        <p className="quiet">{t.answer.unless(unless.map((id) => titles.get(id) ?? id))}</p>
      ) : null}
      <details>
        <summary>
          {t.answer.why}
          <span className="offscreen">: {rule.title}</span>
        </summary>
        <Reasons why={why} />
        <dl className="facts">
          <div className="fact">
            <dt>{t.answer.law}</dt>
            <dd>
              {rule.citation.url ? (
                <a href={rule.citation.url} target="_blank" rel="noreferrer">
                  {rule.citation.law}
                </a>
              ) : (
                rule.citation.law
              )}
              {rule.citation.article ? `, ${rule.citation.article}` : ""}
            </dd>
          </div>
          <Fact name={t.answer.authority} text={rule.authority} />
          <Fact name={t.answer.inForce} text={t.answer.period(day(rule.valid_from), day(rule.valid_to))} />
          <Fact
            name={t.answer.confidence}
            text={`${t.confidence[rule.confidence as keyof typeof t.confidence] ?? rule.confidence} · ${t.answer.checkedOn(dayName(rule.citation.checked_on))}`}
          />
          <Fact name={t.answer.rule} text={`${rule.id} · ${t.answer.revision(rule.revision, rule.pack)}`} />
        </dl>
      </details>
      {unsure ? (
        <p className="quiet small">{t.confidence.badge[rule.confidence as "known" | "uncertain"] ?? ""}</p>
      ) : null}
    </li>
  );
}

function day(iso: string | null | undefined): string {
  return iso ? dayName(iso) : "";
}

function Evidence({
  group: { all_of = [], any_of = [], waived, may_be_waived = [] },
}: {
  group: EvidenceGroup;
}) {
  if (waived) return <p className="hold quiet">{t.answer.waived(waived)}</p>;
  return (
    <div className="hold">
      {all_of.length ? <Proofs name={t.answer.hold} titles={all_of.map(({ title }) => title)} /> : null}
      {any_of.length ? <Proofs name={t.answer.holdOne} titles={any_of.map(({ title }) => title)} /> : null}
      {may_be_waived.map((reason) => (
        <p key={reason} className="quiet">
          {t.answer.mayBeWaived(reason)}
        </p>
      ))}
    </div>
  );
}

/** One line on the screen; on paper each has a box of its own to tick. */
function Proofs({ name, titles }: { name: string; titles: readonly string[] }) {
  return (
    <div>
      <strong>{name}</strong>{" "}
      <ul className="proofs">
        {titles.map((title) => (
          <li key={title}>
            <Explained text={title} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Done({ tick: { by, at } }: { tick: Tick }) {
  const name = usePeople();
  return <p className="quiet small">{t.checks.doneBy(by ? name(by) : "", dayName(at.slice(0, 10)))}</p>;
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

export function Reasons({ why }: { why: readonly Reason[] }) {
  if (!why.length) return <p className="quiet">{t.answer.always}</p>;
  return (
    <ul className="reasons">
      {why.map((each, index) => (
        <li key={String(index)}>{conditionText(each)}</li>
      ))}
    </ul>
  );
}
