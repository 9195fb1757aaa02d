import { usePeople } from "../../api/people";
import type { Decision } from "../../api/routes";
import { t } from "../../texts";
import { Time } from "../../ui/time";

/** What somebody decided, why, who and when. */
export function Decided({ decision: { verdict, reason, decided_by, decided_at } }: { decision: Decision }) {
  const nameOf = usePeople();
  return (
    <>
      <strong>{t.screening.verdicts[verdict]}</strong>: {reason}{" "}
      <span className="quiet">
        · {nameOf(decided_by) || t.screening.colleague}, <Time at={decided_at} />
      </span>
    </>
  );
}

/** Those that later ones replaced; none is ever lost. */
export function Earlier({ decisions }: { decisions: readonly Decision[] }) {
  if (!decisions.length) return null;
  return (
    <details className="maybe">
      <summary>{t.screening.earlierDecisions(decisions.length)}</summary>
      <ul className="reasons">
        {decisions.map((each) => (
          <li key={each.decided_at}>
            <Decided decision={each} />
          </li>
        ))}
      </ul>
    </details>
  );
}
