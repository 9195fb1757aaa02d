import type { Match, Suggestions } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/list";

/** Codes that may be meant, how likely each is, and what would tell them apart. */
export function Suggested({ found, choose }: { found: Suggestions; choose: (code: string) => void }) {
  const options = [
    ...likelierHeading(found),
    ...found.items.filter((each, at) => at === 0 || each.score >= 0.01),
  ];
  if (!options.length)
    return <Empty title={t.check.noSuggestion} about={found.doubt || t.check.noSuggestionAbout} />;
  return (
    <div className="suggested" role="group" aria-label={t.check.suggestions}>
      <p className={found.sure ? "quiet" : ""}>{found.sure ? t.check.sure : found.doubt}</p>
      {found.question ? <p className="quiet">{found.question.text}</p> : null}
      <ul className="rows">
        {options.map((each, index) => (
          <Suggestion key={each.code} match={each} best={index === 0 && found.sure} choose={choose} />
        ))}
      </ul>
      <div className="actions">
        <Button look="plain" onClick={() => choose("")}>
          {t.check.withoutCode}
        </Button>
      </div>
      <p className="quiet small">{t.check.suggestionsAbout}</p>
    </div>
  );
}

/** Where no code is sure but its heading is likelier than each of them, that can be taken as it is. */
function likelierHeading({ sure, headings: [first], items: [best] }: Suggestions): Match[] {
  return !sure && first && best && first.code !== best.code && first.score > best.score ? [first] : [];
}

function Suggestion({
  match: { code, title, score, because, parents },
  best,
  choose,
}: {
  match: Match;
  best: boolean;
  choose: (code: string) => void;
}) {
  return (
    <li className="row">
      <div className="what">
        <div className="name">
          <span className="mono">{code}</span> {title}
          <span className="badge grey">{t.check.likely(Math.round(score * 100))}</span>
        </div>
        <div className="about">
          {parents.map((each) => each.title).join(" › ")}
          {because.length ? ` · ${t.check.because(because)}` : ""}
        </div>
      </div>
      <div className="actions">
        <Button
          {...(best ? { look: "primary" as const } : {})}
          aria-label={t.check.takeNamed(code, title)}
          onClick={() => choose(code)}
        >
          {t.check.take}
        </Button>
      </div>
    </li>
  );
}
