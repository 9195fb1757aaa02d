/** A day in stretches: trips and stops, and silence between them. */
import { distance_m, type LngLat } from "../../map/shapes";
import type { Spot } from "./track";

export interface Stretch {
  kind: "trip" | "stop";
  fromMs: number;
  /** null: it goes on. */
  toMs: number | null;
  distance_m: number;
  top_mps: number | null;
  /** The middle of a stop, or where a trip began. */
  at: LngLat;
}

/** A trip that goes on has no length at the node yet; here it has that of its way so far. */
export function measured(stretch: Stretch, spots: readonly Spot[]): Stretch {
  if (stretch.kind !== "trip" || stretch.toMs !== null || stretch.distance_m > 0) return stretch;
  const way = spots.filter(({ atMs }) => atMs >= stretch.fromMs);
  const length = way.reduce((sum, { at }, i) => sum + (i ? distance_m((way[i - 1] as Spot).at, at) : 0), 0);
  const top = way.reduce((most, { speed_mps }) => Math.max(most, speed_mps ?? 0), 0);
  return { ...stretch, distance_m: length, top_mps: stretch.top_mps ?? top };
}

export interface Bar {
  kind: Stretch["kind"];
  /** Parts of the day, 0 to 1. */
  left: number;
  width: number;
}

const LEAST = 0.002;

/** Where each lies in the day, cut at its ends; what goes on ends now. */
export function barsOf(stretches: readonly Stretch[], fromMs: number, toMs: number, nowMs: number): Bar[] {
  const whole = toMs - fromMs;
  return stretches.flatMap(({ kind, fromMs: begin, toMs: end }) => {
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
  top_mps: number;
}

export function totalsOf(stretches: readonly Stretch[], nowMs: number): Totals {
  const total = { distance_m: 0, movingMs: 0, stoppedMs: 0, top_mps: 0 };
  for (const { kind, fromMs, toMs, distance_m, top_mps } of stretches) {
    total[kind === "trip" ? "movingMs" : "stoppedMs"] += (toMs ?? nowMs) - fromMs;
    if (kind === "trip") total.distance_m += distance_m;
    total.top_mps = Math.max(total.top_mps, top_mps ?? 0);
  }
  return total;
}
