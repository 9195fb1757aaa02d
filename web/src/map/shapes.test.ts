import { expect, test } from "vitest";
import { boxOf, circle, destination, distance_m, type LngLat, unwrapped } from "./shapes";

test("who goes a distance is so far away", () => {
  for (const bearing of [0, 45, 90, 200, 359])
    expect(distance_m([4.5, 51.9], destination([4.5, 51.9], 12_345, bearing))).toBeCloseTo(12_345, 3);
});

test("every corner of a circle has its radius, also near a pole", () => {
  const ring = circle([10, 84], 5_000).geometry.coordinates[0] as LngLat[];
  for (const corner of ring) expect(distance_m([10, 84], corner)).toBeCloseTo(5_000, 3);
});

test("the box goes the short way over the antimeridian", () => {
  expect(boxOf([[179, 1], [-178, -2], [-179, 0]])).toEqual([[179, -2], [182, 1]]); // prettier-ignore
  expect(boxOf([[-10, 50], [20, 40]])).toEqual([[-10, 40], [20, 50]]); // prettier-ignore
  expect(boxOf([[5, 5]])).toEqual([[5, 5], [5, 5]]); // prettier-ignore
  expect(boxOf([[4.4713, 5]])).toEqual([[4.4713, 5], [4.4713, 5]]); // prettier-ignore
  expect(boxOf([])).toBeNull();
});

test("a line over the antimeridian and back does not jump", () => {
  expect(unwrapped([[179, 0], [-179, 0], [179, 0]]).map(([lon]) => lon)).toEqual([179, 181, 179]); // prettier-ignore
});
