import type { Feature, FeatureCollection, Point } from "geojson";
import { t } from "../texts";
import type { LngLat } from "./shapes";

/** Something with a place that changes. */
export interface Thing {
  id: string;
  name: string;
  at: LngLat;
  course_deg: number | null;
  accuracy_m: number | null;
  look: "moving" | "stopped" | "offline";
  /** Whether its place is no news any more. */
  stale: boolean;
  simulated: boolean;
}

/** Things outside of React: thousands of them move without a component being asked. */
export interface Things {
  subscribe: (tell: () => void) => () => void;
  all: () => Iterable<Thing>;
  get: (id: string) => Thing | undefined;
}

export function pointsOf(things: Iterable<Thing>): FeatureCollection<Point> {
  return { type: "FeatureCollection", features: Array.from(things, pointOf) };
}

export function pointOf({ id, name, at, course_deg, look, stale, simulated }: Thing): Feature<Point> {
  const icon = `${look === "moving" && course_deg === null ? "moving-dot" : look}${simulated ? "-simulated" : ""}`;
  const label = simulated ? t.map.labelled(name, t.map.simulated) : name;
  const properties = { id, name: label, icon, course: course_deg ?? 0, opacity: stale ? 0.45 : 1 };
  return { type: "Feature", geometry: { type: "Point", coordinates: at }, properties };
}
