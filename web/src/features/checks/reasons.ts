/** A condition and the fact that it was held against, as a sentence. */
import type { ConditionReason as Reason } from "../../api/routes";
import { t } from "../../texts";
import { countryName } from "../../trade/countries";

export function conditionText({ condition, expected, fact }: Reason): string {
  const names: Readonly<Record<string, string>> = t.conditions;
  const name = names[condition] ?? capital(plain(condition));
  const place = condition === "destination" || condition === "origin" || condition === "transit";
  if (place) return t.answer.reason(name, placed(expected), placed(fact));
  return t.answer.reason(name, compared(plain(expected)), plain(shortened(fact, expected)));
}

/** "battery: yes" against "battery" is a yes. */
function shortened(fact: string, expected: string): string {
  return fact.startsWith(`${expected}: `) ? fact.slice(expected.length + 2) : fact;
}

function compared(text: string): string {
  return text.replace(
    /^(<=|>=|<|>) ?/,
    (_, sign: keyof typeof t.answer.compared) => `${t.answer.compared[sign]} `,
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function plain(text: string): string {
  return text.replaceAll("_", " ");
}

function placed(text: string): string {
  return text
    .replaceAll("INT", t.answer.anywhere)
    .replace(/\b[A-Z]{2}\b/g, (code) => (code === "EU" ? code : countryName(code)));
}
