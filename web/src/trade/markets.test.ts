import { expect, test } from "vitest";
import type { MarketCoverage } from "../api/routes";
import { countryOptions, elsewhere, marketOptions, richestFirst } from "./markets";

const market = (code: string, general: number, rules_of = [code]): MarketCoverage => ({
  market: code,
  title: code === "EU" ? "European Union" : code,
  rules_of,
  general,
  chapters: [],
  domains: {},
});
const ITEMS = [
  market("AT", 9, ["EU"]),
  market("CN", 1),
  market("DE", 9, ["EU", "DE"]),
  market("EU", 9),
  market("GB", 1),
  market("US", 5),
];

test("of a union, one member is offered, and never one of the union where it goes already", () => {
  expect(elsewhere(ITEMS, "CN", "US")).toEqual([
    { country: "DE", union: "European Union" },
    { country: "GB", union: "" },
  ]);
  expect(elsewhere(ITEMS, "CN", "AT").map(({ country }) => country)).toEqual(["US", "GB"]);
});

test("a country without rules may be compared too", () => {
  expect(elsewhere(ITEMS, "CN", "PY").map(({ country }) => country)).toEqual(["DE", "US", "GB"]);
});

test("what is known best comes first", () => {
  expect(richestFirst(ITEMS).map((each) => each.market)).toEqual(["AT", "DE", "EU", "US", "CN", "GB"]);
});

test("markets that rules know come first, each once, and every country can be chosen", () => {
  const countries = ["AT", "CN", "DE", "GB", "PY", "US"];
  const options = marketOptions(ITEMS, countries);
  expect(options.map(({ value }) => value)).toEqual(["DE", "EU", "US", "CN", "GB", "AT", "PY"]);
  expect(new Set(options.map(({ group }) => group)).size).toBe(3);
  expect(countryOptions(ITEMS, countries).map(({ value }) => value)).toEqual([
    "AT",
    "CN",
    "DE",
    "GB",
    "US",
    "PY",
  ]);
});
