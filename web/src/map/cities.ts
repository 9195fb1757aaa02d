/** Big cities for the bundled map (GeoNames, CC BY 4.0). */
import type { Feature, FeatureCollection, Point } from "geojson";
import table from "./cities.json?url";

type Row = [name: string, lon: number, lat: number, thousands: number];
export type Cities = FeatureCollection<Point, { name: string; from: number; thousands: number }>;

let kept: Promise<Cities> | null = null;

export function cities(): Promise<Cities> {
  kept ??= fetch(table).then(async (answer) => {
    const rows: Row[] = await answer.json();
    return { type: "FeatureCollection", features: rows.map(cityOf) };
  });
  return kept;
}

/** From which zoom on a city is named: the larger, the sooner. */
const FROM: readonly [thousands: number, zoom: number][] = [
  [8_000, 3],
  [3_000, 4],
  [1_000, 5],
  [500, 6],
  [0, 7],
];

export function cityOf([name, lon, lat, thousands]: Row): Feature<
  Point,
  { name: string; from: number; thousands: number }
> {
  const from = FROM.find(([least]) => thousands >= least)?.[1] ?? 7;
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: [lon, lat] },
    properties: { name, from, thousands },
  };
}
