import { language, t } from "../texts";

const countries = new Intl.DisplayNames([language], { type: "region", fallback: "code" });
const currencies = new Intl.DisplayNames([language], { type: "currency", fallback: "code" });

/** Groups of countries, and places that are not in every browser's list. */
const OWN: Readonly<Record<string, string>> = t.places;

export function countryName(code: string): string {
  return OWN[code] ?? (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code);
}

export function currencyName(code: string): string {
  return currencies.of(code) ?? code;
}

/** For a choice, by name. */
export function named(codes: readonly string[]): { value: string; text: string }[] {
  return codes
    .map((value) => ({ value, text: countryName(value) }))
    .sort((a, b) => a.text.localeCompare(b.text, language));
}
