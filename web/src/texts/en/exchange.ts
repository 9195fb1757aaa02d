/** English: exchange rates. */
import { count } from "./count";

export const exchange = {
  exchange: {
    nav: { text: "Exchange rates", about: "So that one value answers every threshold." },
    title: "Exchange rates",
    lead: "With them one value answers the thresholds in every currency. Each answer says by which rate, of which source and day.",
    day: "Rates that hold on",
    import: "Load rates",
    importAbout:
      "The daily or historical CSV of the European Central Bank, the monthly rates of the UK’s customs (JSON), or a table of your own.",
    source: "Whose rates they are",
    sourceHint: "A short name, such as ecb or hmrc. Rates of one source replace its own of the same day.",
    nameSource: "Name the source with small letters, digits and hyphens.",
    taken: (number: number, since: string, until: string) =>
      `${count(number, "rate was", "rates were")} taken, for ${since} to ${until}.`,
    rate: (per: number, base: string, value: number, quote: string) => `${per} ${base} = ${value} ${quote}`,
    forget: "Forget",
    drop: (source: string) => `Forget ${source}`,
    dropOf: (source: string) => `Forget all rates of ${source}`,
    dropAbout: "Answers that were kept hold their rates. New checks ask again for a value in each currency.",
    empty: {
      title: "There are no rates for this day",
      about: "Load a file: a check then asks for a value once, not in each currency.",
    },
  },
};
