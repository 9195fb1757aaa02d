/** An area as GeoJSON names it: a point with a radius, a line with a width, or polygons. */
import type { Feature, LineString, MultiPolygon, Point, Polygon } from "geojson";
import { boxOf, circle, distance_m, type LngLat, unwrapped } from "./shapes";

export type AreaGeometry = Point | LineString | Polygon | MultiPolygon;

export interface Area {
  id: string;
  name: string;
  /** #rrggbb, or nothing for the accent. */
  colour: string;
  geometry: AreaGeometry;
  radius_m: number | null;
  width_m: number | null;
}

const EQUATOR_M = 40_075_016.686;
const WORLD_PX = 512;
const LEAST_PX = 18;

/** As it is drawn; a corridor is a line that is `wide` pixels wide at zoom 0. */
export function areaFeature({ id, name, colour, geometry, radius_m, width_m }: Area): Feature {
  const properties = { id, name, ...(colour ? { colour } : {}) };
  if (geometry.type === "Point") return circle(geometry.coordinates as LngLat, radius_m ?? 1, properties);
  if (geometry.type === "LineString") {
    const line = unwrapped(geometry.coordinates as LngLat[]);
    const latitude = (line[0]?.[1] ?? 0) * (Math.PI / 180);
    const wide = ((width_m ?? 1) * WORLD_PX) / (EQUATOR_M * Math.cos(latitude));
    return {
      type: "Feature",
      geometry: { type: "LineString", coordinates: line },
      properties: { ...properties, wide },
    };
  }
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const coordinates = parts.map((rings) => rings.map((ring) => unwrapped(ring as LngLat[])));
  return { type: "Feature", geometry: { type: "MultiPolygon", coordinates }, properties };
}

/** The corners of everything that belongs to it. */
export function cornersOf({ geometry, radius_m }: Area): LngLat[] {
  if (geometry.type === "Point") {
    const ring = circle(geometry.coordinates as LngLat, radius_m ?? 1).geometry.coordinates[0];
    return ring as LngLat[];
  }
  if (geometry.type === "LineString") return geometry.coordinates as LngLat[];
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return parts.flatMap((rings) => rings.flat()) as LngLat[];
}

/** From which zoom on it is large enough to be seen as an area. */
export function largeFrom(area: Area): number {
  const box = boxOf(cornersOf(area));
  if (box === null) return 0;
  const [from, to] = box;
  const across_m = Math.max(distance_m(from, to), 1);
  const shrunk = Math.cos(((from[1] + to[1]) / 2) * (Math.PI / 180));
  return Math.log2((LEAST_PX * EQUATOR_M * shrunk) / (WORLD_PX * across_m));
}

/** Where its name stands. */
export function middleOfArea(area: Area): LngLat {
  const { coordinates, type } = area.geometry;
  if (type === "LineString") return coordinates[Math.floor(coordinates.length / 2)] as LngLat;
  const box = boxOf(cornersOf(area));
  return box ? [(box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2] : [0, 0];
}

/** What somebody is drawing: the places, and the size of a circle (its radius) or a corridor (its width). */
export interface Sketch {
  kind: "circle" | "polygon" | "corridor";
  places: LngLat[];
  size_m: number;
}

const USUAL_WIDTH_M = 100;

/** What can be drawn anew; polygons with holes or parts cannot, and stay as they are. */
export function sketchOf({ geometry, radius_m, width_m }: Area): Sketch | null {
  if (geometry.type === "Point")
    return { kind: "circle", places: [geometry.coordinates as LngLat], size_m: radius_m ?? 1 };
  if (geometry.type === "LineString")
    return { kind: "corridor", places: geometry.coordinates as LngLat[], size_m: width_m ?? USUAL_WIDTH_M };
  const rings =
    geometry.type === "Polygon"
      ? geometry.coordinates
      : geometry.coordinates.length === 1
        ? (geometry.coordinates[0] ?? [])
        : [];
  if (rings.length !== 1) return null;
  return { kind: "polygon", places: (rings[0] as LngLat[]).slice(0, -1), size_m: 0 };
}

/** Whether it has as many places as its kind needs. */
export function isWhole({ kind, places }: Sketch): boolean {
  return places.length >= { circle: 1, corridor: 2, polygon: 3 }[kind];
}

export function geometryOf({
  kind,
  places,
  size_m,
}: Sketch): Pick<Area, "geometry" | "radius_m" | "width_m"> {
  const inside = places.map(wrapped);
  const first = inside[0] as LngLat;
  if (kind === "circle")
    return { geometry: { type: "Point", coordinates: first }, radius_m: size_m, width_m: null };
  if (kind === "corridor")
    return { geometry: { type: "LineString", coordinates: inside }, radius_m: null, width_m: size_m };
  return {
    geometry: { type: "Polygon", coordinates: [[...inside, first]] },
    radius_m: null,
    width_m: null,
  };
}

/** From the ring that a drawing tool made of a circle. */
export function circleFrom(ring: LngLat[]): Sketch {
  const corners = ring.slice(0, -1);
  const sum = (of: (place: LngLat) => number) => corners.reduce((all, place) => all + of(place), 0);
  const middle: LngLat = [sum(([lon]) => lon) / corners.length, sum(([, lat]) => lat) / corners.length];
  const radius = sum((corner) => distance_m(middle, corner)) / corners.length;
  return { kind: "circle", places: [middle], size_m: Math.max(1, Math.round(radius)) };
}

function wrapped([lon, lat]: LngLat): LngLat {
  const turned = ((((lon + 180) % 360) + 360) % 360) - 180;
  return [Number(turned.toFixed(7)), Number(lat.toFixed(7))];
}
