import { expect, test } from "vitest";
import { flatRing, middleOf } from "./atlas";

test("land past 180° goes on there instead of around the world", () => {
  expect(flatRing([[170, 60], [-170, 60], [-170, 70], [170, 60]]).map(([lon]) => lon)).toEqual([170, 190, 190, 170]); // prettier-ignore
});

test("a ring around the pole is closed at the pole", () => {
  const ring = flatRing([[-120, -70], [0, -70], [120, -70], [-120, -70]]); // prettier-ignore
  expect(ring.slice(3)).toEqual([[240, -70], [240, -90], [-120, -90], [-120, -70]]); // prettier-ignore
});

test("the middle of a square is its middle", () => {
  expect(middleOf([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]])).toEqual([[2, 2], 16]); // prettier-ignore
});
