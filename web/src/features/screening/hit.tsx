import type { HitView, NewDecision, Part } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { countryName } from "../../trade/countries";
import { Decided, Earlier } from "./decisions";
import { useListTitles } from "./list-titles";
import { sides } from "./sides";

/** An entry that may be meant: how alike, what speaks for and against it, and what was decided. */
export function Hit({
  hit,
  decide,
}: {
  hit: HitView;
  decide: ((verdict: NewDecision["verdict"]) => void) | null;
}) {
  const { list, version, entry, score, decision, earlier = [] } = hit;
  const titleOf = useListTitles();
  const quiet = decision?.current ? ({ look: "plain" } as const) : {};
  return (
    <li className="requirement">
      <h2 className="rule-name">
        {entry.name} <span className="badge grey">{t.screening.score(Math.round(score * 100))}</span>
        {decision ? (
          <span className={decision.current ? LOOKS[decision.verdict] : "badge grey"}>
            {t.screening.verdicts[decision.verdict]}
            {decision.current ? "" : ` ${t.screening.wasThat}`}
          </span>
        ) : null}
      </h2>
      <p className="quiet">
        {t.packs.version(titleOf(list), version)} · {t.screening.kinds[entry.kind ?? "person"]}
        {entry.programme ? ` · ${entry.programme}` : ""}
        {entry.countries?.length ? ` · ${entry.countries.map(countryName).join(", ")}` : ""}
        {entry.identifiers?.length
          ? ` · ${entry.identifiers.map((each) => `${t.screening.numbers[each.type ?? "other"]} ${each.value}`).join(", ")}`
          : ""}
        {entry.birth_dates?.length ? ` · ${t.screening.born(entry.birth_dates)}` : ""}
      </p>
      <Why hit={hit} />
      {entry.remarks ? <p className="quiet small">{entry.remarks}</p> : null}
      {decision ? (
        <p>
          <Decided decision={decision} />
        </p>
      ) : null}
      {decision && !decision.current ? <p>{t.screening.outdated(decision.changed ?? [])}</p> : null}
      <Earlier decisions={earlier} />
      {decide ? (
        <div className="actions">
          <Button {...quiet} onClick={() => decide("false_positive")}>
            {t.screening.verdicts.false_positive}
          </Button>
          <Button look={decision?.current ? "plain danger" : "danger"} onClick={() => decide("true_match")}>
            {t.screening.verdicts.true_match}
          </Button>
        </div>
      ) : null}
    </li>
  );
}

const LOOKS = { true_match: "badge bad", false_positive: "badge" } as const;

/** What was held against what, and what each part did to the score. */
function Why({ hit: { entry, matched_name, compared, parts } }: { hit: HitView }) {
  return (
    <ul className="reasons">
      {parts.map((each) =>
        each.part === "name" ? (
          <li key="name">
            {t.screening.nameScore(Math.round(each.effect * 100))}: {sides(each)}
            {matched_name === entry.name ? "" : ` (${t.screening.isAlias})`}
            <br />
            <span className="quiet">{t.screening.compared(compared.subject, compared.listed)}</span>
          </li>
        ) : (
          <Other key={each.part} part={each} />
        ),
      )}
    </ul>
  );
}

function Other({ part }: { part: Part }) {
  return (
    <li>
      {t.screening.parts[part.part]}: {sides(part)}{" "}
      <span className="quiet">{t.screening.effect(Math.round(part.effect * 100))}</span>
    </li>
  );
}
