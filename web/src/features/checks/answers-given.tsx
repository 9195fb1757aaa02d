import { t } from "../../texts";
import { Button } from "../../ui/button";
import type { Answered } from "./given";

/** Everything that was said beside the way, also before the page was opened anew, to be taken back. */
export function AnswersGiven({ given, take }: { given: readonly Answered[]; take: (field: string) => void }) {
  return (
    <details className="whole maybe">
      <summary>{t.answer.answersGiven(given.length)}</summary>
      <ul className="rows">
        {given.map(({ name, text, field }) => (
          <li key={field} className="row">
            <div className="what">
              {name} <strong>{text}</strong>
            </div>
            <Button look="plain" aria-label={t.answer.takeBackNamed(name)} onClick={() => take(field)}>
              {t.answer.takeBack}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
