/** Which markets rules know, and which first. */
import type { MarketCoverage } from "../api/routes";
import { t } from "../texts";
import type { Option } from "../ui/inputs";
import { countryName, named } from "./countries";

const MOST_OTHERS = 4;
/** Of the members of a union, the one that most goods enter by. */
const GATES = ["DE", "NL"];

export function isCountry(market: string): boolean {
  return market.length === 2 && market !== "EU";
}

export function marketName({ market, title }: Pick<MarketCoverage, "market" | "title">): string {
  return isCountry(market) ? countryName(market) : title;
}

export function hasOwnRules({ market, rules_of }: MarketCoverage): boolean {
  return rules_of.includes(market);
}

/** How much is known of a market: a rule for all goods says more than one for a chapter. */
export function richness({ general, chapters }: MarketCoverage): number {
  return chapters.reduce((sum, each) => sum + each.rules, general * 10);
}

export function richestFirst(items: readonly MarketCoverage[]): MarketCoverage[] {
  return [...items].sort((a, b) => richness(b) - richness(a) || a.market.localeCompare(b.market));
}

/** For a choice: markets with rules of their own, then those of a union, then everywhere else. */
export function marketOptions(items: readonly MarketCoverage[], countries: readonly string[]): Option[] {
  const own = richestFirst(items.filter(hasOwnRules));
  const members = items.filter((each) => !hasOwnRules(each) && each.rules_of.length);
  const known = new Set([...own, ...members].map(({ market }) => market));
  const { own: ofOwn, union, others } = t.rules.marketGroups;
  return [
    ...own.map((each) => ({ value: each.market, text: marketName(each), group: ofOwn })),
    ...named(members.map(({ market }) => market)).map((each) => ({ ...each, group: union })),
    ...named(countries.filter((each) => !known.has(each))).map((each) => ({ ...each, group: others })),
  ];
}

/** For a choice: countries that rules know, a union's members too, then all others. */
export function countryOptions(items: readonly MarketCoverage[], countries: readonly string[]): Option[] {
  const known = new Set(items.map(({ market }) => market));
  const { known: ofKnown, others } = t.rules.countryGroups;
  const all = named(countries);
  return [
    ...all.filter(({ value }) => known.has(value)).map((each) => ({ ...each, group: ofKnown })),
    ...all.filter(({ value }) => !known.has(value)).map((each) => ({ ...each, group: others })),
  ];
}

export interface Elsewhere {
  country: string;
  /** The union that the country stands for; empty if it stands for itself. */
  union: string;
}

/** Other markets of which most is known, each once: a union by one of its members. */
export function elsewhere(
  items: readonly MarketCoverage[],
  origin: string,
  destination: string,
): Elsewhere[] {
  const here = items.find(({ market }) => market === destination)?.rules_of ?? [destination];
  // A union within another stands for both: the EU has all rules of the EEA.
  const unions = items.filter((each) => hasOwnRules(each) && !isCountry(each.market));
  const outer = (each: MarketCoverage) =>
    unions.some((other) => other !== each && other.rules_of.includes(each.market));
  const own = items.filter((each) => hasOwnRules(each) && !outer(each));
  const found = richestFirst(own).flatMap((each): Elsewhere[] => {
    if (each.market === destination || each.market === origin || here.includes(each.market)) return [];
    if (!isCountry(each.market)) {
      const country = gateOf(each.market, items);
      return country && country !== origin ? [{ country, union: each.title }] : [];
    }
    const union = each.rules_of.find((name) => !isCountry(name));
    return union ? [] : [{ country: each.market, union: "" }];
  });
  return found.slice(0, MOST_OTHERS);
}

function gateOf(union: string, items: readonly MarketCoverage[]): string | undefined {
  const members = items.filter((each) => isCountry(each.market) && each.rules_of.includes(union));
  const codes = members.map(({ market }) => market);
  return GATES.find((each) => codes.includes(each)) ?? codes[0];
}
