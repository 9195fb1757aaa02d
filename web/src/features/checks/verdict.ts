/** The verdict in words: what it means for somebody who wants to send something. */
import type { Check as Check } from "../../api/routes";
import { t } from "../../texts";
import { countryName } from "../../trade/countries";

export function headline(check: Check): string {
  const { verdict, requirements } = check;
  if (isGeneral(check)) return t.answer.onlyGeneral;
  if (verdict === "requirements" && !isWhole(check.coverage))
    return t.answer.asFarAsKnown(toDo(requirements));
  const words = t.answer.verdicts[verdict];
  return typeof words === "function" ? words(toDo(requirements)) : words;
}

export function situation(check: Check): string {
  const { requirements, possible, coverage, verdict } = check;
  const market = countryName(coverage.market);
  if (verdict === "not_covered")
    return isGeneral(check)
      ? t.answer.onlyGeneralAbout(market)
      : check.possible.length
        ? t.answer.onlyAnExpert
        : coverage.level === "specific"
          ? t.answer.noneApplies(market)
          : t.answer.notCovered(market);
  if (verdict === "clear") return t.answer.nothing(market);
  if (verdict === "requirements") return isWhole(coverage) ? t.answer.whole(market) : t.answer.partly(market);
  const open = possible.length ? t.answer.mayBeAdded(possible.length) : "";
  const certain = verdict === "unknown" ? t.answer.certain(toDo(requirements)) : "";
  return [certain, open, coverage.chapter ? "" : t.answer.withoutCode].filter(Boolean).join(" ");
}

/** Whether every domain of law that can touch the goods is covered. Answers of old say nothing of them. */
export function isWhole({ domains, leaving }: Check["coverage"]): boolean {
  const told = [domains, leaving];
  return told.every((each) => each && !each.partial?.length && !each.none?.length);
}

/** Whether all that is known of the market holds for goods of many kinds. */
function isGeneral({ verdict, coverage, requirements, possible }: Check): boolean {
  const found = requirements.length + possible.length;
  return verdict === "not_covered" && coverage.level === "general" && found > 0;
}

/** What merely informs is nothing to do. */
function toDo(requirements: Check["requirements"]): number {
  return requirements.filter(({ rule }) => rule.severity !== "information").length;
}
