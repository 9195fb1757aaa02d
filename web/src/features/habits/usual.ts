/** A week of shares, hour by hour from Monday midnight on, as people say it. */
import { t } from "../../texts";
import { daysOf } from "../../ui/calendar";

const HOURS = 24;
const USUAL = 0.5;
const MOST = 4;

interface Part {
  days: number[];
  from: number;
  until: number;
}

/** When the share is at least a half: days with the same hours stand together. */
export function partsOf(shares: readonly number[]): Part[] {
  const parts: Part[] = [];
  for (let day = 0; day < 7; day++) {
    for (let hour = 0; hour < HOURS; hour++) {
      if (!usual(shares, day, hour) || (hour > 0 && usual(shares, day, hour - 1))) continue;
      let until = hour + 1;
      while (until < HOURS && usual(shares, day, until)) until++;
      const same = parts.find((part) => part.from === hour && part.until === until);
      if (same) same.days.push(day);
      else parts.push({ days: [day], from: hour, until });
    }
  }
  return parts.sort((a, b) => lengthOf(b) - lengthOf(a));
}

function usual(shares: readonly number[], day: number, hour: number): boolean {
  return (shares[day * HOURS + hour] ?? 0) >= USUAL;
}

function lengthOf({ days, from, until }: Part): number {
  return days.length * (until - from);
}

/** `Mon–Fri 8:00–17:00`; empty if no hour is usual. */
export function saidOfWeek(shares: readonly number[]): string {
  return partsOf(shares)
    .slice(0, MOST)
    .map(({ days, from, until }) => t.habits.hours(daysOf(days), from, until))
    .join("; ");
}
