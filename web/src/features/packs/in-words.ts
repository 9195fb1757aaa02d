/** What a member of a rule says, as a person reads it: in a diff, beside another's edit, on a folded section. */
import { t } from "../../texts";
import { countryName } from "../../trade/countries";
import { wordFor } from "./options";
import type { Loose } from "./specs";

const PLACES = new Set([
  "destinations",
  "exclude_destinations",
  "origins",
  "exclude_origins",
  "origin",
  "destination",
  "transit",
  "markets",
]);
const WORDS = new Set([
  ...["severity", "direction", "confidence", "date_basis", "expect", "kind", "basis", "modes", "mode"],
  ...["mapping", "way", "domain"],
  ...["roles", "role", "traits_all", "traits_any", "traits_none", "traits", "not_traits", "field"],
]);

export function labelOf(field: string): string {
  return (t.ruleFields as Readonly<Record<string, string>>)[field] ?? field.replaceAll("_", " ");
}

export function inWords(field: string, value: unknown): string {
  if (saysNothing(value)) return t.packs.notSaid;
  if (Array.isArray(value)) return value.map((each) => inWords(field, each)).join(", ");
  if (typeof value === "object") return ofMembers(value as Loose);
  if (typeof value === "boolean") return value ? t.answer.yes : t.answer.no;
  if (typeof value !== "string") return String(value);
  if (PLACES.has(field)) return value === "INT" ? t.packs.anywhere : countryName(value);
  return WORDS.has(field) ? wordFor(value) : value;
}

function ofMembers(value: Loose): string {
  const { title, id, ...others } = value;
  const said = Object.entries(typeof title === "string" ? others : value)
    .filter(([, member]) => !saysNothing(member))
    .map(([name, member]) => `${labelOf(name)}: ${inWords(name, member)}`)
    .join("; ");
  if (typeof title !== "string") return said;
  return said ? `${title} (${said})` : title;
}

export function saysNothing(value: unknown): boolean {
  return (
    value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

/** Of two lists only what differs, so that one new entry among sixty is seen. */
export function differing(before: unknown, after: unknown): { before: unknown; after: unknown } {
  if (!Array.isArray(before) || !Array.isArray(after)) return { before, after };
  const without = (list: unknown[], other: unknown[]) => {
    const known = new Set(other.map((each) => JSON.stringify(each)));
    return list.filter((each) => !known.has(JSON.stringify(each)));
  };
  const gone = without(before, after);
  const come = without(after, before);
  return gone.length || come.length ? { before: gone, after: come } : { before, after };
}
