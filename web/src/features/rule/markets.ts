/** Which markets rules know, and which first. */
import type { MarketCoverage } from "../../api/routes";
import { countryName } from "./places";

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
  const found = richestFirst(items.filter(hasOwnRules)).flatMap((each): Elsewhere[] => {
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
