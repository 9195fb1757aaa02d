/** The world as the bundle knows it: land, borders and the names of countries (world-atlas, from Natural
 * Earth, in the public domain). No other host is asked for anything. */
import type { Feature, FeatureCollection, MultiLineString, MultiPolygon, Point, Polygon } from "geojson";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { type LngLat, unwrapped } from "./shapes";
import near from "world-atlas/countries-10m.json?url";
import far from "world-atlas/countries-50m.json?url";

type World = Topology<{ countries: GeometryCollection<{ name: string }> }>;
type OnGlobe = Feature<Polygon | MultiPolygon, { name: string }>;
type Country = Feature<MultiPolygon, { name: string }>;

export interface Atlas {
  land: FeatureCollection;
  /** Between countries, and between land and sea. */
  borders: MultiLineString;
  coasts: MultiLineString;
  names: FeatureCollection<Point, { name: string; rank: number }>;
}

const kept = new Map<string, Promise<Atlas>>();

/** `near` knows bays and islands, and is worth its size only when somebody looks closely. */
export function atlas(detail: "far" | "near"): Promise<Atlas> {
  const url = detail === "far" ? far : near;
  const found = kept.get(url) ?? read(url);
  kept.set(url, found);
  return found;
}

async function read(url: string): Promise<Atlas> {
  const world: World = await (await fetch(url)).json();
  const { features } = feature(world, world.objects.countries);
  const countries = (features as OnGlobe[]).map(flat);
  const lines = (wanted: (one: unknown, other: unknown) => boolean): MultiLineString => {
    const { coordinates } = mesh(world, world.objects.countries as never, wanted);
    return { type: "MultiLineString", coordinates: coordinates.map((line) => unwrapped(line as LngLat[])) };
  };
  return {
    land: { type: "FeatureCollection", features: countries },
    borders: lines((one, other) => one !== other),
    coasts: lines((one, other) => one === other),
    names: { type: "FeatureCollection", features: countries.map(named) },
  };
}

/** The atlas lies on the globe, where Russia goes on past 180° and Antarctica surrounds the pole; a map is flat. */
function flat({ geometry, ...rest }: OnGlobe): Country {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const coordinates = parts.map((rings) => rings.map((ring) => flatRing(ring as LngLat[])));
  return { ...rest, geometry: { type: "MultiPolygon", coordinates } };
}

export function flatRing(ring: LngLat[]): LngLat[] {
  const line = unwrapped(ring);
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || Math.abs(last[0] - first[0]) < 180) return line;
  const pole = line.reduce((sum, [, lat]) => sum + lat, 0) < 0 ? -90 : 90;
  return [...line, [last[0], pole], [first[0], pole], first];
}

/** The name, in the middle of the largest part; a lower rank is shown first. */
function named({ geometry, properties }: Country): Feature<Point, { name: string; rank: number }> {
  const [middle, area] = geometry.coordinates
    .map((rings) => middleOf((rings[0] ?? []) as LngLat[]))
    .reduce((best, each) => (each[1] > best[1] ? each : best));
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: middle },
    properties: { name: properties.name, rank: -area },
  };
}

/** (centroid, area in square degrees) of a ring, by the shoelace formula. */
export function middleOf(ring: LngLat[]): [LngLat, number] {
  let [area, x, y] = [0, 0, 0];
  ring.forEach(([x0, y0], index) => {
    const [x1, y1] = ring[(index + 1) % ring.length] as LngLat;
    const cross = x0 * y1 - x1 * y0;
    area += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  });
  if (area === 0) return [ring[0] ?? [0, 0], 0];
  return [[x / (3 * area), y / (3 * area)], Math.abs(area / 2)];
}
