/** The time that a report is of, in whole days of the reader's clock. */

export const PERIODS = ["today", "yesterday", "week", "month", "last-month", "days"] as const;
export type Period = (typeof PERIODS)[number];

export interface Span {
  from: Date;
  to: Date;
}

/** From the first midnight to the one after the last day; nothing if the days are not two days in order. */
export function spanOf(period: string, days: { from: string; to: string }, now = new Date()): Span | null {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  const midnight = (offset: number) => new Date(year, month, day + offset);
  if (period === "today") return { from: midnight(0), to: midnight(1) };
  if (period === "yesterday") return { from: midnight(-1), to: midnight(0) };
  if (period === "month") return { from: new Date(year, month, 1), to: midnight(1) };
  if (period === "last-month") return { from: new Date(year, month - 1, 1), to: new Date(year, month, 1) };
  if (period === "days") {
    const [from, to] = [midnightOf(days.from), midnightOf(days.to)];
    if (!from || !to || from > to) return null;
    return { from, to: new Date(to.getFullYear(), to.getMonth(), to.getDate() + 1) };
  }
  return { from: midnight(-6), to: midnight(1) };
}

function midnightOf(iso: string): Date | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso);
  return found ? new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3])) : null;
}

export function isoDay(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
