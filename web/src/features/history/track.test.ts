import { expect, test } from "vitest";
import { barsOf, clipped, type TimelineEntry } from "./entries";
import { linesOf, type Spot, spotAt } from "./track";

const spot = (atMs: number, at: [number, number]): Spot => ({ atMs, at, course_deg: 90, speed_mps: 1 });

test("between two fixes a device is between them", () => {
  const spots = [spot(0, [0, 0]), spot(100, [2, 4])];
  expect(spotAt(spots, 50)?.at).toEqual([1, 2]);
  expect(spotAt(spots, -5)?.at).toEqual([0, 0]);
  expect(spotAt(spots, 500)?.at).toEqual([2, 4]);
  expect(spotAt([], 1)).toBeNull();
});

test("halfway over the antimeridian is at the antimeridian", () => {
  expect(spotAt([spot(0, [179, 0]), spot(2, [-179, 0])], 1)?.at).toEqual([180, 0]);
});

test("a long silence is no line of its way", () => {
  const minute = 60_000;
  const spots = [
    spot(0, [0, 0]),
    spot(minute, [0.01, 0]),
    spot(60 * minute, [1, 0]),
    spot(61 * minute, [1.01, 0]),
  ];
  expect(linesOf(spots).map(({ properties }) => properties?.silence)).toEqual([false, true, false]);
});

const entry = (kind: TimelineEntry["kind"], fromMs: number, toMs: number | null): TimelineEntry => ({
  kind,
  fromMs,
  toMs,
  distance_m: 10,
  top_mps: 3,
  at: [0, 0],
});

test("an entry over midnight is cut, one that goes on ends now", () => {
  const bars = barsOf([entry("stop", -50, 25), entry("trip", 25, null)], 0, 100, 75);
  expect(bars).toEqual([
    { kind: "stop", left: 0, width: 0.25 },
    { kind: "trip", left: 0.25, width: 0.5 },
  ]);
});

test("a trip over midnight is shown with its part of the day", () => {
  const day = { name: "2026-11-21", fromMs: 0, toMs: 100 };
  expect(clipped(entry("trip", -50, 25), day, 200)).toEqual({
    fromMs: 0,
    toMs: 25,
    earlier: true,
    later: false,
  });
  expect(clipped(entry("trip", 80, null), day, 200)).toMatchObject({ toMs: 100, later: true });
  expect(clipped(entry("trip", 80, null), day, 90)).toMatchObject({ toMs: 90, later: false });
});
