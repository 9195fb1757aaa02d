import type { Check as Check, Requirement as Asked } from "../../api/routes";
import { t } from "../../texts";
import { Section } from "../../ui/page";
import { Requirement } from "./requirement";
import { canBeDone, type Ticks } from "./ticks";

type Severity = Asked["rule"]["severity"];

/** What is certain by severity, the gravest first; then, folded, what answers may add. */
export function Requirements({ check, ticks }: { check: Check; ticks: Ticks | undefined }) {
  const texts = new Map(check.questions.map(({ id, text }) => [id, text]));
  const titles = new Map(
    [...check.requirements, ...check.possible, ...check.exemptions].map(({ rule }) => [rule.id, rule.title]),
  );
  const possible = bySeverity(check.possible);
  return (
    <>
      {bySeverity(check.requirements).map(([severity, certain]) => (
        <Section key={severity} title={t.severity.todo[severity]} about={t.severity.about[severity]}>
          <ul className="rows asked whole">
            {certain.map((each) => (
              <Requirement
                key={each.rule.id}
                asked={each}
                questions={texts}
                titles={titles}
                ticks={canBeDone(each) ? ticks : undefined}
              />
            ))}
          </ul>
        </Section>
      ))}
      {possible.length ? (
        <Section title={t.answer.possible} about={t.answer.possibleAbout}>
          <div className="whole folds">
            {possible.map(([severity, group]) => (
              <details key={severity} className="maybe">
                <summary>{t.answer.maybe(t.severity.todo[severity], group.length)}</summary>
                <ul className="rows asked">
                  {group.map((each) => (
                    <Requirement key={each.rule.id} asked={each} questions={texts} titles={titles} />
                  ))}
                </ul>
              </details>
            ))}
          </div>
        </Section>
      ) : null}
    </>
  );
}

function bySeverity(asked: readonly Asked[]): [Severity, Asked[]][] {
  const severities = Object.keys(t.severity.todo) as Severity[];
  return severities
    .map((severity): [Severity, Asked[]] => [
      severity,
      asked.filter(({ rule }) => rule.severity === severity),
    ])
    .filter(([, group]) => group.length);
}
