/** Days and moments as they are written, wherever somebody reads them. */
import { language } from "../texts";

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
