/** The world as the bundle knows it: land, borders and the names of countries (world-atlas, from Natural
 * Earth, in the public domain). No other host is asked for anything. */
import type {
  Feature,
  FeatureCollection,
  MultiLineString,
  MultiPolygon,
  Point,
  Polygon,
  Position,
} from "geojson";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Box } from "./graticule";
import { type LngLat, unwrapped } from "./shapes";
import near from "world-atlas/countries-10m.json?url";
import far from "world-atlas/countries-50m.json?url";

type World = Topology<{ countries: GeometryCollection<{ name: string }> }>;
type OnGlobe = Feature<Polygon | MultiPolygon, { name: string }>;
type Country = Feature<MultiPolygon, { name: string }>;

export interface Atlas {
  land: FeatureCollection<MultiPolygon>;
  /** Between countries, and between land and sea. */
  borders: MultiLineString;
  coasts: MultiLineString;
  names: FeatureCollection<Point, { name: string; rank: number; from: number }>;
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

/** What of it lies in a box: the map looks at little of the fine atlas at once. */
export function around({ land, borders, coasts, names }: Atlas, box: Box): Atlas {
  const lines = ({ coordinates }: MultiLineString): MultiLineString => ({
    type: "MultiLineString",
    coordinates: coordinates.filter((line) => touches(line, box)),
  });
  const areas = land.features.map(({ geometry, ...rest }) => ({
    ...rest,
    geometry: {
      type: "MultiPolygon" as const,
      coordinates: geometry.coordinates.filter(([ring = []]) => touches(ring, box)),
    },
  }));
  return {
    land: {
      type: "FeatureCollection",
      features: areas.filter(({ geometry }) => geometry.coordinates.length > 0),
    },
    borders: lines(borders),
    coasts: lines(coasts),
    names,
  };
}

const boxes = new WeakMap<object, Box>();

/** Whether a line's box and another meet, on any turn of the globe. */
function touches(line: readonly Position[], box: Box): boolean {
  const own = boxes.get(line) ?? boxAround(line);
  boxes.set(line, own);
  if (own.north < box.south || own.south > box.north) return false;
  return [-360, 0, 360].some((turn) => own.west + turn <= box.east && own.east + turn >= box.west);
}

function boxAround(line: readonly Position[]): Box {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const [lon = 0, lat = 0] of line) {
    box.west = Math.min(box.west, lon);
    box.east = Math.max(box.east, lon);
    box.south = Math.min(box.south, lat);
    box.north = Math.max(box.north, lat);
  }
  return box;
}

/** The name, in the middle of the largest part; a lower rank is shown first. */
function named({
  geometry,
  properties,
}: Country): Feature<Point, { name: string; rank: number; from: number }> {
  const [middle, area] = geometry.coordinates
    .map((rings) => middleOf((rings[0] ?? []) as LngLat[]))
    .reduce((best, each) => (each[1] > best[1] ? each : best));
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: middle },
    properties: { name: properties.name, rank: -area, from: namedFrom(area) },
  };
}

const NAME_PX = 20;
const DEGREE_PX = 512 / 360; // at zoom 0

/** From which zoom on a country is as wide as a short name. Why not its rank alone? Labels are sorted within a tile
 * of the map, not over all of it: a small country would be named where a large one's tile has no room left. */
export function namedFrom(area: number): number {
  return Math.log2(NAME_PX / (DEGREE_PX * Math.sqrt(Math.max(area, 1e-6))));
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
