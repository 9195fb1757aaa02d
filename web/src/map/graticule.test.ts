import { expect, test } from "vitest";
import { graticule, meridian, parallel } from "./graticule";

test("a street has lines as a continent has", () => {
  for (const wide of [300, 20, 1, 0.01, 0.004]) {
    const { features } = graticule({ west: 4, east: 4 + wide, south: 50, north: 50 + wide / 2 });
    expect(features.length).toBeGreaterThan(5);
    expect(features.length).toBeLessThan(60);
  }
});

test("a line says where it is", () => {
  expect(meridian(190, 10)).toBe("170° W");
  expect(meridian(0, 10)).toBe("0°");
  expect(meridian(-180, 30)).toBe("180°");
  expect(parallel(-0.05, 0.05)).toBe("0.05° S");
});
