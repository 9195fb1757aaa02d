/** A condition and the fact that it was held against, as a sentence. */
import type { RuleReason as Reason } from "../../../api/routes";
import { t } from "../../../texts";
import { countryName } from "../places";

export function conditionText({ condition, expected, fact }: Reason): string {
  const names: Readonly<Record<string, string>> = t.conditions;
  const name = names[condition] ?? condition.replaceAll("_", " ");
  const place = condition === "destination" || condition === "origin" || condition === "transit";
  return t.check.reason(name, place ? placed(expected) : plain(expected), place ? placed(fact) : plain(fact));
}

function plain(text: string): string {
  return text.replaceAll("_", " ");
}

function placed(text: string): string {
  return text
    .replaceAll("INT", t.check.anywhere)
    .replace(/\b[A-Z]{2}\b/g, (code) => (code === "EU" ? code : countryName(code)));
}
