import { expect, test } from "vitest";
import { stopsIn } from "./stops";

test("a line is a name or an address, then a place", () => {
  const text = "Depot, Hafenstr. 7: 52.51, 13.39\n\nAnna, Hill 3; -33.9 151.2\n";
  expect(stopsIn(text)).toEqual([
    { name: "Depot, Hafenstr. 7", latitude: 52.51, longitude: 13.39 },
    { name: "Anna, Hill 3", latitude: -33.9, longitude: 151.2 },
  ]);
});

test("a line without a place is named", () => {
  expect(stopsIn("Depot 52.5, 13.4\nsomewhere")).toBe(2);
  expect(stopsIn("Depot 95.5, 13.4")).toBe(1);
});
