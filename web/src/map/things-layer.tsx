import type { ExpressionSpecification, GeoJSONSource, MapLayerMouseEvent } from "maplibre-gl";
import { useEffect, useRef } from "react";
import { type Drawing, useDrawing } from "./layer";
import { addMarks } from "./marks";
import { circle } from "./shapes";
import { FONT } from "./style";
import { pointOf, pointsOf, type Things } from "./thing";
import { type Drawn, useMap } from "./view";

const EVERY_MS = 200;
const TOGETHER_BELOW_ZOOM = 9;

const MARK = {
  "icon-image": ["get", "icon"] as ExpressionSpecification,
  "icon-rotate": ["get", "course"] as ExpressionSpecification,
  "icon-rotation-alignment": "map" as const,
  "icon-allow-overlap": true,
  "icon-ignore-placement": true,
};

function labelled({ colours }: Drawn) {
  const layout = {
    "text-field": ["get", "name"] as ExpressionSpecification,
    "text-font": FONT,
    "text-size": 12,
    "text-offset": [0, 1.25] as [number, number],
    "text-anchor": "top" as const,
  };
  const paint = { "text-color": colours.ink, "text-halo-color": colours.paper, "text-halo-width": 1.4 };
  return { layout, paint };
}

const single: ExpressionSpecification = ["!", ["has", "point_count"]];

const ALL: Drawing = {
  name: "things",
  slot: "things",
  source: { cluster: true, clusterMaxZoom: TOGETHER_BELOW_ZOOM, clusterRadius: 34, clusterMinPoints: 4 },
  layers: (drawn) => [
    {
      id: "together",
      type: "circle",
      filter: ["has", "point_count"],
      paint: {
        "circle-color": drawn.colours.accent,
        "circle-opacity": 0.9,
        "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0.5, 13, 4, 34],
        "circle-stroke-color": drawn.colours.raised,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "count",
      type: "symbol",
      filter: ["has", "point_count"],
      layout: {
        "text-field": ["get", "point_count_abbreviated"],
        "text-font": FONT,
        "text-size": 12.5,
        "text-allow-overlap": true,
      },
      paint: { "text-color": drawn.colours.onAccent },
    },
    {
      id: "mark",
      type: "symbol",
      filter: single,
      layout: MARK,
      paint: { "icon-opacity": ["get", "opacity"] },
    },
    {
      id: "name",
      type: "symbol",
      filter: single,
      minzoom: 10,
      layout: { ...labelled(drawn).layout, "text-optional": true },
      paint: labelled(drawn).paint,
    },
  ],
};

const CHOSEN: Drawing = {
  name: "chosen",
  slot: "things",
  layers: (drawn) => [
    {
      id: "accuracy",
      type: "fill",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: {
        "fill-color": drawn.colours.accent,
        "fill-opacity": 0.13,
        "fill-outline-color": drawn.colours.accent,
      },
    },
    {
      id: "halo",
      type: "circle",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 19,
        "circle-color": drawn.colours.accent,
        "circle-opacity": 0.16,
        "circle-stroke-color": drawn.colours.accent,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "mark",
      type: "symbol",
      filter: ["==", ["geometry-type"], "Point"],
      layout: { ...MARK, ...labelled(drawn).layout, "text-offset": [0, 1.7], "text-allow-overlap": true },
      paint: labelled(drawn).paint,
    },
  ],
};

interface Shown {
  things: Things;
  chosen: string | null;
  /** Whether the map stays with the chosen one. */
  follow: boolean;
  pick: (id: string) => void;
}

/** Everything that moves, the chosen one above the others with its accuracy. */
export function ThingsLayer({ things, chosen, follow, pick }: Shown) {
  const drawn = useMap();
  useEffect(() => addMarks(drawn.map, drawn.colours), [drawn]);
  const drawAll = useDrawing(ALL);
  const drawChosen = useDrawing(CHOSEN);
  const wanted = useRef({ chosen, follow, pick });
  wanted.current = { chosen, follow, pick };

  useEffect(() => {
    const draw = () => {
      drawAll(pointsOf(things.all()));
      const one = wanted.current.chosen === null ? undefined : things.get(wanted.current.chosen);
      const around = one?.accuracy_m ? [circle(one.at, one.accuracy_m)] : [];
      drawChosen({ type: "FeatureCollection", features: one ? [...around, pointOf(one)] : [] });
      if (one && wanted.current.follow) drawn.map.easeTo({ center: one.at, duration: EVERY_MS });
    };
    let waiting = 0;
    const later = () => {
      waiting ||= window.setTimeout(() => {
        waiting = 0;
        draw();
      }, EVERY_MS);
    };
    draw();
    const stop = things.subscribe(later);
    return () => {
      stop();
      clearTimeout(waiting);
    };
  }, [drawn, things, chosen, follow]);

  useEffect(() => picking(drawn, (id) => wanted.current.pick(id)), [drawn]);
  return null;
}

/** A click on a mark picks it; one on a group goes nearer. */
function picking({ map }: Drawn, pick: (id: string) => void): () => void {
  const clicked = (event: MapLayerMouseEvent) => {
    const found = event.features?.[0];
    if (found) pick(String(found.properties.id));
  };
  const nearer = async (event: MapLayerMouseEvent) => {
    const found = event.features?.[0];
    const source = map.getSource<GeoJSONSource>(ALL.name);
    if (!found || !source) return;
    const zoom = await source.getClusterExpansionZoom(Number(found.properties.cluster_id));
    map.easeTo({ center: event.lngLat, zoom: Math.min(zoom + 0.5, 14) });
  };
  const pointer = () => {
    map.getCanvas().style.cursor = "pointer";
  };
  const hand = () => {
    map.getCanvas().style.cursor = "";
  };
  const near = (event: MapLayerMouseEvent) => void nearer(event);
  const layers = ["things-mark", "things-together"];
  map.on("click", "things-mark", clicked);
  map.on("click", "things-together", near);
  map.on("mouseenter", layers, pointer);
  map.on("mouseleave", layers, hand);
  return () => {
    map.off("click", "things-mark", clicked);
    map.off("click", "things-together", near);
    map.off("mouseenter", layers, pointer);
    map.off("mouseleave", layers, hand);
  };
}
