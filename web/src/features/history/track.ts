/** A device's way through a day, and where it was at a moment of it. */
import type { Feature, LineString } from "geojson";
import { distance_m, type LngLat, unwrapped } from "../../map/shapes";
import type { Day } from "./day";

export interface Spot {
  atMs: number;
  at: LngLat;
  course_deg: number | null;
  speed_mps: number | null;
}

/** The moment of the marker while nobody looks at another: today its newest, on a past day its first. */
export function restOf(day: Day, spots: readonly Spot[]): number {
  if (Date.now() < day.toMs) return spots.at(-1)?.atMs ?? day.fromMs;
  return spots[0]?.atMs ?? day.fromMs;
}

const SILENCE_MS = 15 * 60_000;
const FAR_M = 500;

/** Lines through the places; where nothing was heard for long, a line that says so. */
export function linesOf(spots: readonly Spot[]): Feature<LineString>[] {
  const places = unwrapped(spots.map(({ at }) => at));
  const lines: Feature<LineString>[] = [];
  let line: LngLat[] = [];
  spots.forEach((spot, index) => {
    const before = spots[index - 1];
    const here = places[index] as LngLat;
    if (before && silent(before, spot)) {
      lines.push(lineOf(line, false), lineOf([places[index - 1] as LngLat, here], true));
      line = [];
    }
    line.push(here);
  });
  lines.push(lineOf(line, false));
  return lines.filter(({ geometry }) => geometry.coordinates.length > 1);
}

function silent(one: Spot, other: Spot): boolean {
  return other.atMs - one.atMs > SILENCE_MS && distance_m(one.at, other.at) > FAR_M;
}

function lineOf(coordinates: LngLat[], silence: boolean): Feature<LineString> {
  return { type: "Feature", geometry: { type: "LineString", coordinates }, properties: { silence } };
}

/** Between two fixes it is somewhere between them; before the first and after the last, at them. */
export function spotAt(spots: readonly Spot[], atMs: number): Spot | null {
  const index = firstAfter(spots, atMs);
  const [before, after] = [spots[index - 1], spots[index]];
  if (!before || !after) return before ?? after ?? null;
  const part = (atMs - before.atMs) / (after.atMs - before.atMs);
  const [from = before.at, to = after.at] = unwrapped([before.at, after.at]);
  const at: LngLat = [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
  return { ...before, atMs, at };
}

function firstAfter(spots: readonly Spot[], atMs: number): number {
  let [low, high] = [0, spots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spots[middle] as Spot).atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
