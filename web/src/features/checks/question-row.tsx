import { type FormEvent, useId } from "react";
import type { ProductFacts, Question } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Explained } from "../../trade/explained";
import { type Draft, type Implied, type Said, say, saidOf, tell, textOf } from "./facts";

interface Props {
  question: Question;
  facts: ProductFacts;
  implied: Implied;
  change: (next: Draft) => void;
  /** Another answer has settled it: it stays where it is, and waits for nothing. */
  settled: boolean;
}

export function QuestionRow(props: Props) {
  const { text, severity } = props.question;
  const about = props.settled ? t.check.settled : severity ? t.severity.matters[severity] : "";
  const id = useId();
  return (
    <li className={props.settled ? "row settled" : "row"}>
      <div className="what">
        <div id={id}>
          <Explained text={text} />
        </div>
        {about ? <div className="about">{about}</div> : null}
      </div>
      {props.question.kind === "yes_no" ? (
        <YesNo {...props} labelledBy={id} />
      ) : (
        <Told {...props} labelledBy={id} />
      )}
    </li>
  );
}

const ANSWERS: readonly Said[] = ["yes", "no", ""];

function YesNo({ question, facts, implied, change, settled, labelledBy }: Props & { labelledBy: string }) {
  const said = saidOf(facts, question);
  return (
    <div className="yes-no" role="radiogroup" aria-labelledby={labelledBy}>
      {ANSWERS.map((each) => (
        <label key={each || "open"}>
          <input
            type="radio"
            className="offscreen"
            name={question.id}
            checked={said === each}
            disabled={settled}
            onChange={() => change(say(facts, question, each, implied))}
          />
          {each ? t.answer[each] : t.answer.dontKnow}
        </label>
      ))}
    </div>
  );
}

/** A number, a day, a code or one of a few; taken over when they are done with it. */
function Told({ question, facts, change, settled, labelledBy }: Props & { labelledBy: string }) {
  const { text, unit } = textOf(facts, question);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    change(
      tell(facts, question, String(given.get("answer") ?? "").trim(), String(given.get("unit") ?? unit)),
    );
  };
  return (
    <form className="told" onSubmit={submit} key={`${text}${unit}`}>
      <Control question={question} text={text} labelledBy={labelledBy} />
      {question.units && question.units.length > 1 ? (
        <select name="unit" className="input" aria-label={t.answer.unit} defaultValue={unit}>
          {question.units.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      ) : null}
      {question.currency || question.units?.length === 1 ? (
        <span className="quiet">{question.currency || unit}</span>
      ) : null}
      <Button type="submit" disabled={settled}>
        {t.answer.tell}
      </Button>
      {question.kind === "choice" ? null : (
        <Button
          look="plain"
          aria-pressed={!text}
          disabled={settled}
          onClick={() => change(tell(facts, question, "", unit))}
        >
          {t.answer.dontKnow}
        </Button>
      )}
    </form>
  );
}

function Control({ question, text, labelledBy }: { question: Question; text: string; labelledBy: string }) {
  const shared = { name: "answer", className: "input", "aria-labelledby": labelledBy, defaultValue: text };
  if (question.kind === "choice")
    return (
      <select {...shared}>
        <option value="">{t.answer.dontKnow}</option>
        {(question.options ?? []).map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    );
  if (question.kind === "date") return <input {...shared} type="date" />;
  if (question.kind === "code") return <input {...shared} inputMode="numeric" pattern="[0-9][0-9 .]*" />;
  return <input {...shared} type="number" step="any" />;
}
