import type { HitView, NewDecision } from "../../../api/routes";
import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { Time } from "../../../ui/time";
import { countryName } from "../places";

/** An entry that may be meant: how alike, and what speaks for and against it. */
export function Hit({
  hit: { list, version, entry, score, matched_name, parts, decision },
  decide,
}: {
  hit: HitView;
  decide: ((verdict: NewDecision["verdict"]) => void) | null;
}) {
  return (
    <li className="requirement">
      <h2 className="rule-name">
        {entry.name} <span className="badge grey">{t.screening.alike(Math.round(score * 100))}</span>
        {decision?.current ? (
          <span className={decision.verdict === "true_match" ? "badge bad" : "badge"}>
            {t.screening.verdicts[decision.verdict]}
          </span>
        ) : null}
      </h2>
      <p className="quiet">
        {t.packs.version(list, version)}
        {entry.programme ? ` · ${entry.programme}` : ""}
        {entry.countries?.length ? ` · ${entry.countries.map(countryName).join(", ")}` : ""}
        {entry.birth_dates?.length ? ` · ${t.screening.born(entry.birth_dates)}` : ""}
      </p>
      {matched_name !== entry.name ? <p className="quiet">{t.screening.alias(matched_name)}</p> : null}
      <ul className="reasons">
        {parts.map(({ part, effect, text }) => (
          <li key={part}>
            {text}
            {part === "name" ? null : (
              <span className="quiet"> {t.screening.effect(Math.round(effect * 100))}</span>
            )}
          </li>
        ))}
      </ul>
      {entry.remarks ? <p className="quiet small">{entry.remarks}</p> : null}
      {decision ? (
        <p>
          {t.screening.decided}: {decision.reason}{" "}
          <span className="quiet">
            (<Time at={decision.decided_at} />
            {decision.current ? "" : ` · ${t.screening.outdated}`})
          </span>
        </p>
      ) : null}
      {decide ? (
        <div className="actions">
          <Button onClick={() => decide("false_positive")}>{t.screening.verdicts.false_positive}</Button>
          <Button look="danger" onClick={() => decide("true_match")}>
            {t.screening.verdicts.true_match}
          </Button>
        </div>
      ) : null}
    </li>
  );
}
