import { language } from "../texts";

const countries = new Intl.DisplayNames([language], { type: "region", fallback: "code" });
const currencies = new Intl.DisplayNames([language], { type: "currency", fallback: "code" });

/** XI is not in every browser's list. */
const OWN: Readonly<Record<string, string>> = { XI: "Northern Ireland", XK: "Kosovo" };

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

const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });

export function dayName(iso: string): string {
  return day.format(new Date(`${iso}T00:00:00Z`));
}

const moment = new Intl.DateTimeFormat(language, {
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});

/** A day and a time that stay true, with their zone. */
export function momentName(iso: string): string {
  return moment.format(new Date(iso));
}

export function today(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 10);
}
