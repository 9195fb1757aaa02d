/** A day of the reader's, as they know it: from midnight to midnight on their own clock. */
import { language } from "../../texts";

export interface Day {
  /** 2026-11-21 */
  name: string;
  fromMs: number;
  toMs: number;
}

export function dayOf(name: string, todayMs = Date.now()): Day {
  const fits = /^\d{4}-\d\d-\d\d$/.test(name) && !Number.isNaN(Date.parse(`${name}T00:00`));
  const [year = 0, month = 1, date = 1] = (fits ? name : nameOf(new Date(todayMs))).split("-").map(Number);
  const from = new Date(year, month - 1, date);
  return { name: nameOf(from), fromMs: from.getTime(), toMs: new Date(year, month - 1, date + 1).getTime() };
}

export function besides(day: Day, days: number): string {
  const [year = 0, month = 1, date = 1] = day.name.split("-").map(Number);
  return nameOf(new Date(year, month - 1, date + days));
}

function nameOf(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exact = new Intl.DateTimeFormat(language, { timeStyle: "medium", hourCycle: "h23" });

export function timeOf(ms: number, { seconds = false } = {}): string {
  return (seconds ? exact : clock).format(ms);
}

export function dateOf(ms: number): string {
  return date.format(ms);
}

export function isToCome(day: Day): boolean {
  return day.fromMs > Date.now();
}
