/** English: looking through rules, and where there are any. */
import { count } from "./count";

export const rules = {
  rules: {
    nav: { text: "Requirements", about: "What markets ask, by product and place." },
    title: "Requirements",
    lead: "Every rule that checks are answered with, the gravest first. Choose a market and a product to see what is asked there.",
    market: "Market",
    anyMarket: "Every market",
    chapter: "Product (chapter)",
    anyChapter: "Every product",
    heading: "Heading",
    anyHeading: "The whole chapter",
    severity: "Kind of demand",
    any: "Every kind",
    search: "Search in words",
    stale: "Only those to look up again",
    staleHint: "Nobody has looked at their law for longer than their pack allows.",
    everywhere: "World-wide",
    marketGroups: {
      own: "With rules of their own",
      union: "With the rules of a union",
      others: "Only what holds everywhere",
    },
    countryGroups: { known: "Where rules are known", others: "Elsewhere" },
    isStale: "Look it up again",
    where: {
      import: (places: string) => `Entering ${places}.`,
      export: (places: string) => `Leaving ${places}.`,
      transit: (places: string) => `Passing through ${places}.`,
      sale: (places: string) => `Sold in ${places}.`,
    },
    anyCountry: "any country",
    theUnion: "the EU",
    more: "Where, for what, and the law",
    allCodes: "all goods",
    empty: {
      title: "No rule fits",
      about: "That says nothing about the law: perhaps nobody has written it down here.",
    },
    noneStale: { title: "Everything was looked up lately", about: "No fact is older than its pack allows." },
  },
  coverage: {
    nav: { text: "Coverage", about: "What the rules know, and where they have holes." },
    title: "Coverage",
    lead: "Which fields of law are covered for each market, and how many rules there are for each chapter of goods. Choose a number to read all that is asked of such goods there.",
    legend: "What the numbers mean",
    depths: { hole: "none known", few: "1 or 2 rules", some: "3 to 7", deep: "8 and more" },
    market: "Market",
    fields: "Fields of law",
    chapters: "Chapters of goods",
    general: "All goods",
    none: "none",
    count: (number: number, market: string, chapter: string) =>
      `${count(number, "rule", "rules")} for ${market}, ${chapter ? `chapter ${chapter}` : "all goods"}`,
    union: (union: string, members: string[]) =>
      `${union} stands for its members, which have no rules of their own here but for taxes: ${members.join(", ")}.`,
    holes:
      "A dot is a hole: nobody has written rules about these goods there, and a check never says “clear” there. A check goes by the code itself, so a chapter with a number may have holes too. The row “All goods” counts rules for goods of any kind, such as a mark of origin; alone they cover nothing. A market that is missing here has no rules at all.",
    sideways: "Move the table sideways: it has more markets than fit here. →",
    empty: { title: "There are no rules yet", about: "Once a pack is active, its markets stand here." },
  },
};
