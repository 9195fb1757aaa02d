import { useEffect, useRef } from "react";
import {
  type GeoJSONStoreFeatures,
  TerraDraw,
  TerraDrawCircleMode,
  TerraDrawLineStringMode,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
} from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { circleFrom, isWhole, type Sketch } from "./area";
import { circle, type LngLat } from "./shapes";
import { type Drawn, useMap } from "./view";

const MODES = { circle: "circle", polygon: "polygon", corridor: "linestring" } as const;
const DECIMALS = 9;
// Each corner of a circle can be dragged; more would hide its edge.
const CORNERS = 24;

interface Shown {
  /** What there is already; without places, a drawing of this kind begins. */
  sketch: Sketch;
  /** Grows when the sketch was changed elsewhere than on the map. */
  version: number;
  change: (places: Pick<Sketch, "places" | "size_m">) => void;
}

/** Lets somebody draw on the map, and move what was drawn. */
export function Draw({ sketch, version, change }: Shown) {
  const drawn = useMap();
  const now = useRef({ sketch, change });
  now.current = { sketch, change };
  useEffect(() => {
    const tool = toolOn(drawn);
    tool.start();
    const told = (feature: GeoJSONStoreFeatures | undefined) => {
      if (feature) now.current.change(placesOf(feature, now.current.sketch));
    };
    const begun = now.current.sketch;
    if (isWhole(begun)) edit(tool, begun);
    else tool.setMode(MODES[begun.kind]);
    tool.on("finish", (id, { action }) => {
      told(tool.getSnapshotFeature(id));
      if (action === "draw") {
        tool.setMode("select");
        tool.selectFeature(id);
      }
    });
    return () => {
      if (drawn.map.style) tool.stop();
    };
  }, [drawn, sketch.kind, version]);
  return null;
}

function toolOn({ map, colours: { accent, raised } }: Drawn): TerraDraw {
  const colour = accent as `#${string}`;
  const area = { fillColor: colour, fillOpacity: 0.18, outlineColor: colour, outlineWidth: 2 };
  const flags = (coordinates: object) => ({ feature: { draggable: true, coordinates } });
  const corners = { midpoints: true, draggable: true, deletable: true };
  const select = new TerraDrawSelectMode({
    flags: {
      circle: flags({ resizable: "center-fixed" }),
      polygon: flags(corners),
      linestring: flags(corners),
    },
    styles: {
      selectedPolygonColor: colour,
      selectedPolygonFillOpacity: 0.18,
      selectedPolygonOutlineColor: colour,
      selectedPolygonOutlineWidth: 2,
      selectedLineStringColor: colour,
      selectedLineStringWidth: 3,
      selectionPointColor: raised as `#${string}`,
      selectionPointOutlineColor: colour,
      selectionPointOutlineWidth: 2,
      selectionPointWidth: 5,
      midPointColor: colour,
      midPointWidth: 4,
    },
  });
  return new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: DECIMALS }),
    modes: [
      new TerraDrawCircleMode({ styles: area, projection: "globe", segments: CORNERS }),
      new TerraDrawPolygonMode({ styles: area }),
      new TerraDrawLineStringMode({ styles: { lineStringColor: colour, lineStringWidth: 3 } }),
      select,
    ],
  });
}

function edit(tool: TerraDraw, sketch: Sketch): void {
  const { kind, places, size_m } = sketch;
  const first = places[0] as LngLat;
  const geometry =
    kind === "corridor"
      ? { type: "LineString" as const, coordinates: places.map(rounded) }
      : {
          type: "Polygon" as const,
          coordinates: [
            kind === "circle"
              ? (circle(first, size_m, {}, CORNERS).geometry.coordinates[0] as LngLat[]).map(rounded)
              : [...places, first].map(rounded),
          ],
        };
  const [added] = tool.addFeatures([{ type: "Feature", geometry, properties: { mode: MODES[kind] } }]);
  tool.setMode("select");
  if (added?.valid && added.id !== undefined) tool.selectFeature(added.id);
}

function placesOf(feature: GeoJSONStoreFeatures, before: Sketch): Pick<Sketch, "places" | "size_m"> {
  const { coordinates } = feature.geometry;
  if (before.kind === "corridor") return { places: coordinates as LngLat[], size_m: before.size_m };
  const ring = (coordinates as LngLat[][])[0] ?? [];
  return before.kind === "circle" ? circleFrom(ring) : { places: ring.slice(0, -1), size_m: 0 };
}

function rounded([lon, lat]: LngLat): LngLat {
  return [Number(lon.toFixed(DECIMALS)), Number(lat.toFixed(DECIMALS))];
}
