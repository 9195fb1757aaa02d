import { useQuery } from "@tanstack/react-query";
import type { Check as Check } from "../../api/routes";
import { t } from "../../texts";
import { Section } from "../../ui/page";
import { vocabularyQuery } from "../../trade/queries";
import { answersOf, type Line, wayOf } from "./given";
import { Coded } from "./what-step";

/** What the answer rests on, and what it still waits for: a list on paper stands by itself. */
export function SaidSection({ check }: { check: Check }) {
  const words = useQuery(vocabularyQuery);
  const { facts, questions } = check;
  const answers = words.data ? answersOf(check, words.data) : [];
  return (
    <>
      <Section title={t.checks.given} about={t.checks.givenAbout}>
        <dl className="facts whole">
          <Told name={t.checks.product} text={facts.description || t.check.notSaid} />
          <div className="fact">
            <dt>{t.check.code}</dt>
            <dd>{facts.hs_code ? <Coded code={facts.hs_code} /> : t.check.noCode}</dd>
          </div>
          {wayOf(facts).map((line) => (
            <Told key={line.name} {...line} />
          ))}
        </dl>
        {answers.length ? (
          <dl className="facts answers whole">
            {answers.map((line) => (
              <Told key={line.name} {...line} />
            ))}
          </dl>
        ) : null}
      </Section>
      {questions.length ? (
        <Section title={t.answer.open(questions.length)} about={t.checks.openAbout}>
          <ul className="reasons">
            {questions.map(({ id, text }) => (
              <li key={id}>{text}</li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}

function Told({ name, text }: Line) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}
