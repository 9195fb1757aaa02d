import { expect, test } from "vitest";
import { namedFrom } from "./atlas";
import { cityOf } from "./cities";
import { coversTheWorld, creditOf, type Street, streetLayers, streetNames } from "./street";
import { sourceOf } from "./tiles";
import type { Colours } from "./colours";

const street = (more: Partial<Street> = {}): Street => ({
  path: "/map/x.pmtiles", schema: "protomaps", attribution: "", bounds: [13, 45, 17, 47], min_zoom: 0, max_zoom: 14, ...more,
}); // prettier-ignore
const colours = new Proxy({}, { get: () => "#123456" }) as Colours;

test("Germany is named before Djibouti, and Shanghai before Ulm", () => {
  expect(namedFrom(45)).toBeLessThan(2);
  expect(namedFrom(1.9)).toBeGreaterThan(3);
  const from = (thousands: number) => cityOf(["x", 0, 0, thousands]).properties.from;
  expect(from(24_000)).toBeLessThan(from(250));
});

test("OpenStreetMap is thanked with its link, and nothing of the file is markup", () => {
  expect(creditOf(street())).toContain("openstreetmap.org/copyright");
  const credit = creditOf(street({ attribution: "Protomaps © OpenStreetMap contributors <img>" }));
  expect(credit.match(/OpenStreetMap/g)).toHaveLength(1);
  expect(credit).toContain("Protomaps");
  expect(credit).not.toContain("<img");
});

test("both schemas draw roads and names, each layer once", () => {
  for (const schema of ["protomaps", "shortbread"] as const) {
    const drawn = street({ schema });
    const ids = [...streetLayers(drawn, colours), ...streetNames(drawn, colours)].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(["road-minor", "road-names", "place-city"]));
  }
});

test("the outline stays where the file does not reach, and tiles that somebody names come first", () => {
  expect(coversTheWorld(street())).toBe(false);
  expect(coversTheWorld(street({ bounds: [-180, -85, 180, 85] }))).toBe(true);
  const said = { url: "", attribution: "", street: street() };
  expect(sourceOf(said).street).not.toBeNull();
  expect(sourceOf({ ...said, url: "https://x/{z}/{x}/{y}.png" }).street).toBeNull();
});
