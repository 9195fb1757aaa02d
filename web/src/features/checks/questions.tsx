import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Check as Check, ProductFacts, Question } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Section } from "../../ui/page";
import { vocabularyQuery } from "../../trade/queries";
import { AnswersGiven } from "./answers-given";
import { type Draft, forget, impliedBy, inOrder, isAnswered, tellingFirst } from "./facts";
import { answersOf } from "./given";
import { QuestionRow } from "./question-row";

const SHOWN = 6;

/** Where the market's own rules are not known, few care for the others. */
const first = ({ verdict }: Check) => (verdict === "not_covered" ? 0 : SHOWN);

/** What is still open, answered in place. A row stays where it is once it is answered. */
export function Questions({
  facts,
  check,
  change,
}: {
  facts: ProductFacts;
  check: Check;
  change: (next: Draft) => void;
}) {
  const words = useQuery(vocabularyQuery);
  const implied = impliedBy(words.data?.traits ?? []);
  const [seen, setSeen] = useState(() => ({ of: ofWhat(check.facts), rows: tellingFirst(check.questions) }));
  const [all, setAll] = useState(false);
  const open = new Set(check.questions.map(({ id }) => id));
  const waits = (each: Question) => open.has(each.id) || isAnswered(facts, each);
  const same = seen.of === ofWhat(check.facts);
  // Who denies the rest at once has done with it; after one answer, the other rows stay where they are.
  const stay = same && !facts.no_other_traits;
  const rows = inOrder(stay ? seen.rows : seen.rows.filter(waits), check.questions);
  if (
    !same ||
    rows.length !== seen.rows.length ||
    rows.some((each, index) => each.id !== seen.rows[index]?.id)
  )
    setSeen({ of: ofWhat(check.facts), rows });
  const shown = all ? rows : rows.filter((each, index) => index < first(check) || isAnswered(facts, each));
  const hidden = rows.filter((each) => open.has(each.id) && !shown.includes(each)).length;
  // Nobody denies what they have not seen.
  const canDeny = !hidden && check.questions.some((each) => each.field.startsWith("traits."));
  const said = words.data ? answersOf({ ...check, facts }, words.data) : [];
  if (!rows.length && !said.length) return null;
  return (
    <Section
      title={open.size ? t.answer.open(open.size) : t.answer.allAnswered}
      about={open.size ? (first(check) ? t.answer.openAbout : t.answer.openGeneral) : undefined}
    >
      {shown.length ? (
        <ul className="rows questions">
          {shown.map((each) => (
            <QuestionRow
              key={each.id}
              question={each}
              facts={facts}
              implied={implied}
              change={change}
              settled={!waits(each)}
            />
          ))}
        </ul>
      ) : null}
      <div className="actions">
        {hidden ? (
          <Button onClick={() => setAll(true)}>
            {first(check) ? t.answer.moreQuestions(hidden) : t.answer.showQuestions(hidden)}
          </Button>
        ) : null}
        {canDeny && !facts.no_other_traits ? (
          <Button onClick={() => change({ ...facts, no_other_traits: true })}>{t.answer.noToRest}</Button>
        ) : null}
        {facts.no_other_traits ? (
          <>
            <span className="quiet">{t.answer.saidNoToRest}</span>
            <Button look="plain" onClick={() => change({ ...facts, no_other_traits: false })}>
              {t.answer.takeBack}
            </Button>
          </>
        ) : null}
      </div>
      {said.length ? <AnswersGiven given={said} take={(field) => change(forget(facts, field))} /> : null}
    </Section>
  );
}

/** Of another product, or on another way, what was only seen is asked no more. */
function ofWhat({ description, hs_code, origin, destination }: ProductFacts): string {
  return JSON.stringify([description, hs_code, origin, destination]);
}
