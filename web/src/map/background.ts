import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { type Atlas, around, atlas } from "./atlas";
import { cities } from "./cities";
import { type Box, graticule } from "./graticule";
import { coversTheWorld } from "./street";
import type { MapSource } from "./tiles";

const CLOSE_ZOOM = 5.5;
const ROOM = 2; // how many times the view lies on each of its sides

/** Fills the sources of the background, and keeps them fit for what is seen. Returns how to stop. */
export function background(map: MapLibre, { tiles, street }: MapSource): () => void {
  const outline = !tiles && !(street && coversTheWorld(street));
  let gone = false;
  let shown: Box | null = null;
  const fill = (name: string, data: GeoJSON.GeoJSON) => map.getSource<GeoJSONSource>(name)?.setData(data);
  const place = (found: Atlas) => {
    for (const name of ["land", "borders", "coasts", "names"] as const) fill(name, found[name]);
  };
  const world = async () => {
    const seen = boxOf(map);
    if (!outline || (shown && within(seen, shown))) return;
    if (map.getZoom() < CLOSE_ZOOM) {
      shown = EVERYWHERE;
      place(await atlas("far"));
      return;
    }
    shown = wider(seen);
    const found = around(await atlas("near"), shown);
    if (!gone) place(found);
  };
  const all = () => {
    if (shown === EVERYWHERE && map.getZoom() >= CLOSE_ZOOM) shown = null;
    fill("graticule", graticule(boxOf(map)));
    void world();
  };
  const name = () => void cities().then((found) => void (gone || fill("cities", found)));
  if (outline && !street) map.on("style.load", name);
  map.on("style.load", all);
  map.on("moveend", all);
  map.on("resize", all);
  return () => {
    gone = true;
  };
}

const EVERYWHERE: Box = { west: -Infinity, south: -Infinity, east: Infinity, north: Infinity };

function boxOf(map: MapLibre): Box {
  const seen = map.getBounds();
  return { west: seen.getWest(), south: seen.getSouth(), east: seen.getEast(), north: seen.getNorth() };
}

function within(inner: Box, outer: Box): boolean {
  return (
    inner.west >= outer.west &&
    inner.east <= outer.east &&
    inner.south >= outer.south &&
    inner.north <= outer.north
  );
}

function wider({ west, south, east, north }: Box): Box {
  const [wide, high] = [(east - west) * ROOM, (north - south) * ROOM];
  return { west: west - wide, south: south - high, east: east + wide, north: north + high };
}
