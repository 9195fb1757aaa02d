import { expect, test } from "vitest";
import { type Area, areaFeature, circleFrom, geometryOf, isWhole, largeFrom, sketchOf } from "./area";
import { circle, type LngLat } from "./shapes";

const area = (more: Pick<Area, "geometry"> & Partial<Area>): Area => ({
  id: "a",
  name: "A",
  colour: "",
  radius_m: null,
  width_m: null,
  ...more,
});

test("what was drawn is drawn again as it was", () => {
  for (const each of [
    area({ geometry: { type: "Point", coordinates: [4.5, 51.9] }, radius_m: 250 }),
    area({ geometry: { type: "LineString", coordinates: [[4, 51], [5, 52]] }, width_m: 80 }), // prettier-ignore
    area({ geometry: { type: "Polygon", coordinates: [[[0, 0], [2, 0], [2, 2], [0, 0]]] } }), // prettier-ignore
  ]) {
    const sketch = sketchOf(each);
    expect(sketch && geometryOf(sketch)).toEqual({
      geometry: each.geometry,
      radius_m: each.radius_m,
      width_m: each.width_m,
    });
  }
});

test("a polygon with a hole is not taken for a sketch", () => {
  const ring = [[0, 0], [9, 0], [9, 9], [0, 0]]; // prettier-ignore
  expect(sketchOf(area({ geometry: { type: "Polygon", coordinates: [ring, ring] } }))).toBeNull();
});

test("the circle of a drawing tool keeps its middle and radius", () => {
  const ring = circle([179.999, 10], 500).geometry.coordinates[0] as LngLat[];
  const { places, size_m } = circleFrom(ring);
  expect(size_m).toBe(500);
  expect(places[0]?.[0]).toBeCloseTo(179.999, 4);
});

test("places beyond the antimeridian are sent as the API names them", () => {
  const sketch = { kind: "circle" as const, places: [[181, 5]] as LngLat[], size_m: 10 };
  expect(geometryOf(sketch).geometry).toEqual({ type: "Point", coordinates: [-179, 5] });
});

test("a line over the antimeridian is drawn in one piece", () => {
  const line = area({ geometry: { type: "LineString", coordinates: [[179, 0], [-179, 0]] }, width_m: 10 }); // prettier-ignore
  expect(areaFeature(line).geometry).toEqual({ type: "LineString", coordinates: [[179, 0], [181, 0]] }); // prettier-ignore
});

test("two places make a corridor but no polygon", () => {
  const places: LngLat[] = [[0, 0], [1, 1]]; // prettier-ignore
  expect(isWhole({ kind: "corridor", places, size_m: 1 })).toBe(true);
  expect(isWhole({ kind: "polygon", places, size_m: 0 })).toBe(false);
});

test("a yard is large enough to be seen only from near, a country from far", () => {
  const of = (radius_m: number) =>
    largeFrom(area({ geometry: { type: "Point", coordinates: [4.5, 51.9] }, radius_m }));
  expect(of(50)).toBeGreaterThan(12);
  expect(of(300_000)).toBeLessThan(3);
});
