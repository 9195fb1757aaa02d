/** A day in entries: trips and stops, and silence between them. */
import type { Day as DayTold } from "../../api/routes";
import type { LngLat } from "../../map/shapes";
import type { Day } from "./day";

export interface TimelineEntry {
  kind: "trip" | "stop";
  fromMs: number;
  /** null: it goes on. */
  toMs: number | null;
  distance_m: number;
  top_mps: number | null;
  /** The middle of a stop, or where a trip began. */
  at: LngLat;
  /** Where it stood, or where it went, in words. */
  place?: string | undefined;
}

export interface Bar {
  kind: TimelineEntry["kind"];
  /** Parts of the day, 0 to 1. */
  left: number;
  width: number;
}

const LEAST = 0.002;

/** Where each lies in the day, cut at its ends; what goes on ends now. */
export function barsOf(
  entries: readonly TimelineEntry[],
  fromMs: number,
  toMs: number,
  nowMs: number,
): Bar[] {
  const whole = toMs - fromMs;
  return entries.flatMap(({ kind, fromMs: begin, toMs: end }) => {
    const left = Math.max(begin, fromMs);
    const right = Math.min(end ?? nowMs, toMs);
    if (right < left) return [];
    return [{ kind, left: (left - fromMs) / whole, width: Math.max((right - left) / whole, LEAST) }];
  });
}

export interface Totals {
  distance_m: number;
  movingMs: number;
  stoppedMs: number;
  top_mps: number | null;
}

/** What the node counted from midnight to midnight. */
export function totalsOf({ distance_m, moving_s, stopped_s, max_speed_mps }: DayTold): Totals {
  return {
    distance_m,
    movingMs: moving_s * 1000,
    stoppedMs: stopped_s * 1000,
    top_mps: max_speed_mps,
  };
}

/** Its part between two midnights. */
export function clipped({ fromMs, toMs }: TimelineEntry, day: Day, nowMs: number) {
  const end = toMs ?? nowMs;
  return {
    fromMs: Math.max(fromMs, day.fromMs),
    toMs: Math.min(end, day.toMs),
    earlier: fromMs < day.fromMs,
    later: end > day.toMs,
  };
}
