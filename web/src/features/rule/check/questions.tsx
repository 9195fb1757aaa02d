import { useState } from "react";
import type { RuleCheck as Check, Facts } from "../../../api/routes";
import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { Section } from "../../../ui/page";
import { type Draft, inOrder, isAnswered, tellingFirst } from "./facts";
import { QuestionRow } from "./question-row";

const SHOWN = 6;

/** What is still open, answered in place. A row stays where it is once it is answered. */
export function Questions({
  facts,
  check,
  change,
}: {
  facts: Facts;
  check: Check;
  change: (next: Draft) => void;
}) {
  const [seen, setSeen] = useState(() => tellingFirst(check.questions));
  const [all, setAll] = useState(false);
  const rows = inOrder(seen, check.questions, facts);
  if (rows.length !== seen.length || rows.some((each, index) => each.id !== seen[index]?.id)) setSeen(rows);
  const open = check.questions.length;
  const hidden = all ? 0 : rows.slice(SHOWN).filter((each) => !isAnswered(facts, each)).length;
  const shown = all ? rows : rows.filter((each, index) => index < SHOWN || isAnswered(facts, each));
  // Nobody denies what they have not seen.
  const canDeny = !hidden && check.questions.some((each) => each.field.startsWith("traits."));
  const rest = (no_other_traits: boolean) => change({ ...facts, no_other_traits });
  if (!rows.length && !facts.no_other_traits) return null;
  return (
    <Section
      title={open ? t.check.open(open) : t.check.allAnswered}
      about={open ? t.check.openAbout : undefined}
    >
      {shown.length ? (
        <ul className="rows questions">
          {shown.map((each) => (
            <QuestionRow key={each.id} question={each} facts={facts} change={change} />
          ))}
        </ul>
      ) : null}
      <div className="actions">
        {hidden ? <Button onClick={() => setAll(true)}>{t.check.moreQuestions(hidden)}</Button> : null}
        {canDeny && !facts.no_other_traits ? (
          <Button onClick={() => rest(true)}>{t.check.noToRest}</Button>
        ) : null}
        {facts.no_other_traits ? (
          <>
            <span className="quiet">{t.check.saidNoToRest}</span>
            <Button look="plain" onClick={() => rest(false)}>
              {t.check.takeBack}
            </Button>
          </>
        ) : null}
      </div>
    </Section>
  );
}
