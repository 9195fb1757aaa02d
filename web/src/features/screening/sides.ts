import type { Part } from "../../api/routes";
import { t } from "../../texts";
import { countryName } from "../../trade/countries";

/** What the subject and the entry say, in words: the node writes `RU ~ RU, SU`. */
export function sides({ part, text }: Pick<Part, "part" | "text">): string {
  const [here = "", listed] = text.split(" ~ ");
  // What only the entry has: a weak name, a number that agrees.
  if (listed === undefined) return here;
  return t.screening.sides(WORDS[part](here), WORDS[part](listed));
}

const asItIs = (text: string) => text;
const WORDS: Readonly<Record<Part["part"], (text: string) => string>> = {
  name: asItIs,
  birth_date: asItIs,
  country: (codes) => codes.split(", ").map(countryName).join(", "),
  weak_alias: asItIs,
  legal_form: asItIs,
  identifier: asItIs,
  kind: (kind) => (t.screening.kinds as Readonly<Record<string, string>>)[kind]?.toLowerCase() ?? kind,
};
