/** Shapes on the globe, as rings of degrees. */
import type { Feature, Polygon } from "geojson";

const EARTH_M = 6_371_008.8;
const CORNERS = 64;
const RAD = Math.PI / 180;

export type LngLat = [number, number];

/** Where somebody comes to who goes `distance_m` from a point into a direction. */
export function destination([lon, lat]: LngLat, distance_m: number, bearing_deg: number): LngLat {
  const [a, b, c] = [distance_m / EARTH_M, bearing_deg * RAD, lat * RAD];
  const sine = Math.sin(c) * Math.cos(a) + Math.cos(c) * Math.sin(a) * Math.cos(b);
  const turn = Math.atan2(Math.sin(b) * Math.sin(a) * Math.cos(c), Math.cos(a) - Math.sin(c) * sine);
  return [lon + turn / RAD, Math.asin(sine) / RAD];
}

export function circle(
  middle: LngLat,
  radius_m: number,
  properties: Record<string, unknown> = {},
  corners = CORNERS,
): Feature<Polygon> {
  const ring = Array.from({ length: corners }, (_, i) => destination(middle, radius_m, (-i * 360) / corners));
  ring.push(ring[0] as LngLat);
  return { type: "Feature", geometry: { type: "Polygon", coordinates: [ring] }, properties };
}

export function distance_m([lon0, lat0]: LngLat, [lon1, lat1]: LngLat): number {
  const [dy, dx] = [((lat1 - lat0) * RAD) / 2, ((lon1 - lon0) * RAD) / 2];
  const h = Math.sin(dy) ** 2 + Math.cos(lat0 * RAD) * Math.cos(lat1 * RAD) * Math.sin(dx) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The smallest box around points, over the antimeridian where that is shorter: east may exceed 180. */
export function boxOf(points: readonly LngLat[]): [LngLat, LngLat] | null {
  if (!points.length) return null;
  const lats = points.map(([, lat]) => lat);
  const lons = points.map(([lon]) => lon).sort((a, b) => a - b);
  let [gap, after] = [(lons[0] as number) + 360 - (lons.at(-1) as number), 0];
  for (let i = 1; i < lons.length; i++) {
    const width = (lons[i] as number) - (lons[i - 1] as number);
    if (width > gap) [gap, after] = [width, i];
  }
  const east = after === 0 ? (lons.at(-1) as number) : (lons[after - 1] as number) + 360;
  return [
    [lons[after] as number, Math.min(...lats)],
    [east, Math.max(...lats)],
  ];
}

/** Longitudes without jumps: what crosses the antimeridian goes on past 180. */
export function unwrapped(points: readonly LngLat[]): LngLat[] {
  let turn = 0;
  return points.map(([lon, lat], index) => {
    const before = points[index - 1]?.[0];
    if (before !== undefined && Math.abs(lon - before) > 180) turn += lon < before ? 360 : -360;
    return [lon + turn, lat];
  });
}
