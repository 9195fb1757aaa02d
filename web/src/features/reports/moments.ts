/** Moments in a report: short, and on the map. */
import { language } from "../../texts";
import { isoDay } from "./period";

const short = new Intl.DateTimeFormat(language, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

export function clock(at: string): string {
  return short.format(new Date(at));
}

/** Where the device was then, with its whole day. */
export function mapLink(device: string, at: string): string {
  const moment = new Date(at);
  return `/map?${new URLSearchParams({ device, day: isoDay(moment), at: moment.toISOString() })}`;
}
