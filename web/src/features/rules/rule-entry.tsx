import type { RuleView } from "../../api/routes";
import { t } from "../../texts";
import { Explained } from "../../trade/explained";
import { countryName } from "../../trade/countries";
import { dayName } from "../../ui/dates";

/** A rule as a reader wants it: what is demanded, of what, where, and who says so. */
export function RuleEntry({ view: { rule, pack, version, stale } }: { view: RuleView }) {
  const { destinations = [], origins = [], hs_include = [], traits_all = [], traits_any = [] } = rule;
  const places = rule.direction === "export" ? origins : destinations;
  const everywhere = !places.length || places.includes("INT");
  return (
    <li className="requirement">
      <h2 className="rule-name">
        <Explained text={rule.title} /> <span className="badge grey">{t.severity.names[rule.severity]}</span>
        {everywhere ? <span className="badge grey">{t.rules.everywhere}</span> : null}
        {stale ? <span className="badge bad">{t.rules.isStale}</span> : null}
      </h2>
      <p>
        <strong>
          {t.rules.where[rule.direction ?? "import"](
            everywhere ? t.rules.anyCountry : placed(places, t.rules.theUnion),
          )}
        </strong>{" "}
        <Explained text={rule.summary ?? ""} />
      </p>
      <details>
        <summary>
          {t.rules.more}
          <span className="offscreen">: {rule.title}</span>
        </summary>
        <dl className="facts">
          <Fact name={t.ruleFields.destinations} text={placed(destinations)} />
          <Fact name={t.ruleFields.origins} text={placed(origins)} />
          <Fact name={t.ruleFields.hs_include} text={hs_include.join(", ") || t.rules.allCodes} />
          <Fact name={t.ruleFields.traits_all} text={words(traits_all)} />
          <Fact name={t.ruleFields.traits_any} text={words(traits_any)} />
          <Fact
            name={t.answer.inForce}
            text={t.answer.period(
              rule.valid_from ? dayName(rule.valid_from) : "",
              rule.valid_to ? dayName(rule.valid_to) : "",
            )}
          />
          <Fact name={t.answer.authority} text={rule.authority} />
          <div className="fact">
            <dt>{t.answer.law}</dt>
            <dd>
              {rule.citation.url ? (
                <a href={rule.citation.url} target="_blank" rel="noreferrer">
                  {rule.citation.law}
                </a>
              ) : (
                rule.citation.law
              )}
              {rule.citation.article ? `, ${rule.citation.article}` : ""}
            </dd>
          </div>
          <Fact
            name={t.answer.confidence}
            text={`${t.confidence[rule.confidence]} · ${t.answer.checkedOn(dayName(rule.citation.checked_on))}`}
          />
          <Fact name={t.answer.rule} text={`${rule.id} · ${t.packs.version(pack, version)}`} />
        </dl>
      </details>
    </li>
  );
}

function placed(places: readonly string[], union = "EU"): string {
  return places
    .map((each) => (each === "INT" ? t.packs.anywhere : each === "EU" ? union : countryName(each)))
    .join(", ");
}

function words(traits: readonly string[]): string {
  return traits.map((each) => t.traits[each] ?? each.replaceAll("_", " ")).join(", ");
}

function Fact({ name, text }: { name: string; text: string }) {
  if (!text) return null;
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}
