/** English: the Harmonized System. */
export const hs = {
  goods: {
    nav: { text: "HS codes", about: "The Harmonized System, by words and codes." },
    title: "HS codes",
    lead: "Customs all over the world sort goods by these codes. Search, or go from chapter to heading.",
    search: "Words or a code",
    all: "All chapters",
    path: "Where it stands",
    section: (number: string, title: string) => `Section ${number}: ${title}`,
    words: (words: string[]) => `In daily trade: ${words.join(", ")}`,
    check: "Check it",
    rules: "Its requirements",
    deepest: "The table here goes no deeper.",
    none: {
      title: "No code fits",
      about: "Say what it is first, then what it is made of or for: “shirt of cotton”, “pump for water”.",
    },
    notes: {
      short: "A code has at least two digits: the chapter.",
      unassigned: (code: string, edition: string, nearest: string) =>
        nearest
          ? `${edition} has no code ${code}. Here is what begins with ${nearest}.`
          : `${edition} has no code ${code}.`,
      long: (shared: string) =>
        `A code has at most ten digits. The whole world shares its first six, ${shared}.`,
      national: (code: string, shared: string) =>
        `${code} is a country's own code. The whole world shares its first six digits, ${shared}.`,
      byNumber: (code: string, exists: boolean) =>
        exists
          ? `${code} exists, but the table here does not say what it covers. You can check it all the same.`
          : `${code} may exist, but the table here does not go that far. You can check it all the same.`,
    },
    checkCode: (code: string) => `Check ${code}`,
    table: (edition: string, own: boolean, codes: number) =>
      own
        ? `${edition}: ${codes} codes that the program brings. Import a full table for the rest.`
        : `${edition}: ${codes} codes from an imported table.`,
    import: "Import a table",
    edition: "Edition",
    importAbout: "It replaces the table before it as a whole, or not at all.",
  },
};
