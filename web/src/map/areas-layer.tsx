import type { ExpressionSpecification, MapLayerMouseEvent } from "maplibre-gl";
import { useEffect, useRef } from "react";
import { type Area, areaFeature, largeFrom, middleOfArea } from "./area";
import { type Drawing, useDrawing } from "./layer";
import { FONT } from "./style";
import { type Drawn, useMap } from "./view";

const LARGEST_ZOOM = 22;

function colourOf({ colours }: Drawn): ExpressionSpecification {
  return ["coalesce", ["get", "colour"], colours.accent];
}

/** A width on the ground doubles its pixels with every zoom. */
const WIDTH: ExpressionSpecification = [
  "interpolate",
  ["exponential", 2],
  ["zoom"],
  0,
  ["get", "wide"],
  LARGEST_ZOOM,
  ["*", ["get", "wide"], 2 ** LARGEST_ZOOM],
];
const isLine: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];
const chosen = (much: number, little: number): ExpressionSpecification => [
  "case",
  ["get", "chosen"],
  much,
  little,
];

const AREAS: Drawing = {
  name: "areas",
  slot: "areas",
  layers: (drawn) => [
    {
      id: "fill",
      type: "fill",
      filter: ["!", isLine],
      paint: { "fill-color": colourOf(drawn), "fill-opacity": chosen(0.24, 0.12) },
    },
    {
      id: "edge",
      type: "line",
      filter: ["!", isLine],
      paint: { "line-color": colourOf(drawn), "line-width": chosen(2.5, 1.4) },
    },
    {
      id: "corridor",
      type: "line",
      filter: isLine,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colourOf(drawn), "line-width": WIDTH, "line-opacity": chosen(0.34, 0.2) },
    },
    {
      id: "middle",
      type: "line",
      filter: isLine,
      paint: { "line-color": colourOf(drawn), "line-width": 1.4, "line-dasharray": [3, 2] },
    },
  ],
};

const SMALL: ExpressionSpecification = ["<", ["zoom"], ["get", "large_from"]];

const NAMES: Drawing = {
  name: "area-names",
  slot: "lines",
  layers: (drawn) => [
    {
      id: "name",
      type: "symbol",
      minzoom: 6,
      filter: ["!", SMALL],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12.5 },
      paint: {
        "text-color": drawn.colours.ink,
        "text-halo-color": drawn.colours.paper,
        "text-halo-width": 1.4,
      },
    },
    {
      id: "mark",
      type: "circle",
      filter: SMALL,
      paint: {
        "circle-radius": 6,
        "circle-color": colourOf(drawn),
        "circle-stroke-color": drawn.colours.raised,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "mark-name",
      type: "symbol",
      filter: SMALL,
      layout: {
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": 12.5,
        "text-anchor": "top",
        "text-offset": [0, 0.7],
      },
      paint: {
        "text-color": drawn.colours.ink,
        "text-halo-color": drawn.colours.paper,
        "text-halo-width": 1.4,
      },
    },
  ],
};

const PICKED = ["areas-fill", "areas-corridor", "area-names-mark"];

interface Shown {
  areas: readonly Area[];
  chosen?: string;
  /** Whether an area that is too small to be seen is marked, with its name. */
  marked?: boolean;
  pick?: (id: string) => void;
}

export function AreasLayer({ areas, chosen: id = "", marked = false, pick }: Shown) {
  const { map } = useMap();
  const draw = useDrawing(AREAS);
  const drawNames = useDrawing(NAMES);
  useEffect(() => {
    const features = areas.map((area) => {
      const feature = areaFeature(area);
      return { ...feature, properties: { ...feature.properties, chosen: area.id === id } };
    });
    draw({ type: "FeatureCollection", features });
    const names = areas.map((area) => ({
      type: "Feature" as const,
      geometry: { type: "Point" as const, coordinates: middleOfArea(area) },
      properties: {
        id: area.id,
        name: area.name,
        large_from: marked ? largeFrom(area) : 0,
        ...(area.colour ? { colour: area.colour } : {}),
      },
    }));
    drawNames({ type: "FeatureCollection", features: names });
  }, [map, areas, id, marked]);
  const act = useRef(pick);
  act.current = pick;
  useEffect(() => {
    const clicked = (event: MapLayerMouseEvent) => {
      const found = event.features?.[0];
      if (found) act.current?.(String(found.properties.id));
    };
    map.on("click", PICKED, clicked);
    return () => void map.off("click", PICKED, clicked);
  }, [map]);
  return null;
}
