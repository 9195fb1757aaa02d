import type { MapOptions } from "maplibre-gl";

export type Camera = Pick<MapOptions, "center" | "zoom">;

const left = new Map<string, Camera>();

/** Where a map was left, as long as the page lives. */
export function remembered(place: string): Camera | undefined {
  return left.get(place);
}

export function remember(place: string, camera: Camera): void {
  left.set(place, camera);
}
