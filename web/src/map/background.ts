import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { type Atlas, atlas } from "./atlas";
import { graticule } from "./graticule";

const CLOSE_ZOOM = 5.5;

/** Fills the sources of the background, and keeps them fit for what is seen. Returns how to stop. */
export function background(map: MapLibre, wanted: { atlas: boolean }): () => void {
  let gone = false;
  let shown: "" | "far" | "near" = "";
  const fill = (name: string, data: GeoJSON.GeoJSON) => map.getSource<GeoJSONSource>(name)?.setData(data);
  const world = async () => {
    const detail = map.getZoom() >= CLOSE_ZOOM ? "near" : "far";
    if (!wanted.atlas || shown === "near" || shown === detail) return;
    shown = detail;
    const found = await atlas(detail);
    if (!gone) place(found);
  };
  const place = (found: Atlas) => {
    for (const name of ["land", "borders", "coasts", "names"] as const) fill(name, found[name]);
  };
  const lines = () => {
    const seen = map.getBounds();
    const box = {
      west: seen.getWest(),
      south: seen.getSouth(),
      east: seen.getEast(),
      north: seen.getNorth(),
    };
    fill("graticule", graticule(box));
  };
  const all = () => {
    lines();
    void world();
  };
  map.on("style.load", all);
  map.on("moveend", all);
  map.on("resize", lines);
  return () => {
    gone = true;
  };
}
