import type { RuleCheck as Check, RuleRequirement as Asked } from "../../../api/routes";
import { t } from "../../../texts";
import { Section } from "../../../ui/page";
import { Requirement } from "./requirement";
import { canBeDone, type Ticks } from "./ticks";

/** By severity, the gravest first: what is certain, then what may be added. */
export function Requirements({ check, ticks }: { check: Check; ticks: Ticks | undefined }) {
  const groups = Object.keys(t.severity.todo) as Asked["rule"]["severity"][];
  const texts = new Map(check.questions.map(({ id, text }) => [id, text]));
  return groups.map((severity) => {
    const certain = check.requirements.filter(({ rule }) => rule.severity === severity);
    const possible = check.possible.filter(({ rule }) => rule.severity === severity);
    if (!certain.length && !possible.length) return null;
    return (
      <Section key={severity} title={t.severity.todo[severity]} about={t.severity.about[severity]}>
        {certain.length ? (
          <ul className="rows asked whole">
            {certain.map((each) => (
              <Requirement
                key={each.rule.id}
                asked={each}
                questions={texts}
                ticks={canBeDone(each) ? ticks : undefined}
              />
            ))}
          </ul>
        ) : null}
        {possible.length ? (
          <details className="whole maybe">
            <summary>{t.check.maybe(possible.length)}</summary>
            <ul className="rows asked">
              {possible.map((each) => (
                <Requirement key={each.rule.id} asked={each} questions={texts} />
              ))}
            </ul>
          </details>
        ) : null}
      </Section>
    );
  });
}
