/** The lines of latitude and longitude that suit what is seen: where no street is drawn, they say where one is. */
import type { Feature, FeatureCollection, LineString } from "geojson";

const STEPS = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005] as const;
const LINES = 5;

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export function graticule(seen: Box): FeatureCollection<LineString> {
  const step = STEPS.find((each) => (seen.east - seen.west) / each >= LINES) ?? 0.0005;
  const [wide, high] = [seen.east - seen.west, seen.north - seen.south];
  const [west, east] = [seen.west - wide / 2, seen.east + wide / 2];
  const [south, north] = [Math.max(-85, seen.south - high / 2), Math.min(85, seen.north + high / 2)];
  return {
    type: "FeatureCollection",
    features: [
      ...multiples(west, east, step).map((x) => line(meridian(x, step), [x, south], [x, north])),
      ...multiples(south, north, step).map((y) => line(parallel(y, step), [west, y], [east, y])),
    ],
  };
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step);
}

function line(label: string, from: [number, number], to: [number, number]): Feature<LineString> {
  return {
    type: "Feature",
    geometry: { type: "LineString", coordinates: [from, to] },
    properties: { label },
  };
}

export function meridian(x: number, step: number): string {
  const turned = ((((x + 180) % 360) + 360) % 360) - 180;
  return said(turned, step, Math.abs(turned) === 180 ? "" : turned < 0 ? " W" : " E");
}

export function parallel(y: number, step: number): string {
  return said(y, step, y < 0 ? " S" : " N");
}

function said(degrees: number, step: number, side: string): string {
  const digits = step >= 1 ? 0 : Math.ceil(-Math.log10(step));
  const size = Math.abs(degrees).toFixed(digits);
  return `${size}°${Number(size) === 0 ? "" : side}`;
}
