import type { Check as Check, SetAside } from "../../api/routes";
import { t } from "../../texts";
import { Section } from "../../ui/page";
import { conditionText } from "./reasons";

/** An answer lists no more of them. */
const MOST_NEAR_MISSES = 10;

/** What does not apply and why, and what the answer rests on. */
export function Aside({ check }: { check: Check }) {
  const { near_misses, exempted, superseded, packs, notices } = check;
  return (
    <Section title={t.answer.rests} about={t.answer.restsAbout}>
      {near_misses.length ? (
        <details className="whole maybe">
          <summary>{t.answer.nearMisses(near_misses.length, MOST_NEAR_MISSES)}</summary>
          <ul className="reasons">
            {near_misses.map(({ rule, title, failed }) => (
              <li key={rule}>
                {title}. <span className="quiet">{conditionText(failed)}</span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      <Away title={t.answer.exempted} gone={exempted} />
      <Away title={t.answer.superseded} gone={superseded} />
      <details className="whole maybe">
        <summary>{t.answer.fingerprints}</summary>
        <dl className="facts">
          <Print name={t.answer.inputHash} hash={check.input_hash} />
          <Print name={t.answer.packHash} hash={check.pack} />
          {packs.map(({ name, version, hash }) => (
            <Print key={name} name={t.packs.version(name, version)} hash={hash} />
          ))}
        </dl>
      </details>
      {longest(notices).map((each) => (
        <p key={each} className="quiet small">
          {each}
        </p>
      ))}
    </Section>
  );
}

function Print({ name, hash }: { name: string; hash: string }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd className="mono small">{hash}</dd>
    </div>
  );
}

/** Packs often say the same, and some say more. */
function longest(notices: readonly string[]): string[] {
  return notices.filter((each) => !notices.some((other) => other !== each && other.startsWith(each)));
}

function Away({ title, gone }: { title: (count: number) => string; gone: readonly SetAside[] }) {
  if (!gone.length) return null;
  return (
    <details className="whole maybe">
      <summary>{title(gone.length)}</summary>
      <ul className="reasons">
        {gone.map(({ rule, by }) => (
          <li key={rule.id}>
            {rule.title}. <span className="quiet">{t.answer.setAsideBy(by)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
