/** Where in the form what the linter finds is mended. */
const MENDED_IN: Readonly<Record<string, string>> = {
  unknown_market: "where",
  twice: "where",
  hs_code: "goods",
  unknown_trait: "goods",
  unknown_measure: "goods",
  unit: "goods",
  season: "when",
  residual_condition: "when",
  evidence: "proof",
  charge: "money",
  currency: "money",
  cycle: "others",
  untested: "tests",
  test: "tests",
};

/** In which section of the form a flaw of this kind is mended, if it is in one. */
export function sectionOf(code: string): string | undefined {
  return MENDED_IN[code];
}
