import { useEffect } from "react";
import { type Drawing, useDrawing } from "../../map/layer";
import { useMap } from "../../map/view";
import type { TimelineEntry } from "./entries";
import { linesOf, type Spot, spotAt } from "./track";

const TRACK: Drawing = {
  name: "track",
  slot: "lines",
  layers: ({ colours }) => [
    {
      id: "casing",
      type: "line",
      filter: ["==", ["get", "silence"], false],
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": colours.paper, "line-width": 6 },
    },
    {
      id: "line",
      type: "line",
      filter: ["==", ["get", "silence"], false],
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": colours.accent, "line-width": 3 },
    },
    {
      id: "silence",
      type: "line",
      filter: ["==", ["get", "silence"], true],
      paint: { "line-color": colours.quiet, "line-width": 1.5, "line-dasharray": [2, 2] },
    },
    {
      id: "stop",
      type: "circle",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 5.5,
        "circle-color": colours.raised,
        "circle-stroke-color": colours.ink,
        "circle-stroke-width": 2,
      },
    },
  ],
};

const HEAD: Drawing = {
  name: "playhead",
  slot: "things",
  layers: ({ colours }) => [
    {
      id: "halo",
      type: "circle",
      paint: { "circle-radius": 15, "circle-color": colours.accent, "circle-opacity": 0.2 },
    },
    {
      id: "spot",
      type: "circle",
      paint: {
        "circle-radius": 7,
        "circle-color": colours.accent,
        "circle-stroke-color": colours.raised,
        "circle-stroke-width": 2.5,
      },
    },
  ],
};

/** The way of a day, its stops, and where the device was at the moment that is looked at. */
export function TrackLayer({
  spots,
  entries,
  atMs,
  restMs,
}: {
  spots: readonly Spot[];
  entries: readonly TimelineEntry[];
  atMs: number | null;
  /** Where its head is while `atMs` is null; null: nowhere, the device itself stands there. */
  restMs: number | null;
}) {
  const { map } = useMap();
  const draw = useDrawing(TRACK);
  const drawHead = useDrawing(HEAD);
  useEffect(() => {
    const stops = entries.filter(({ kind }) => kind === "stop").map(({ at }) => point(at));
    draw({ type: "FeatureCollection", features: [...linesOf(spots), ...stops] });
  }, [map, spots, entries]);
  useEffect(() => {
    const shownMs = atMs ?? restMs;
    const spot = shownMs === null ? null : spotAt(spots, shownMs);
    drawHead({ type: "FeatureCollection", features: spot ? [point(spot.at)] : [] });
    if (spot && atMs !== null && !map.getBounds().contains(spot.at))
      map.easeTo({ center: spot.at, duration: 200 });
  }, [map, spots, atMs, restMs]);
  return null;
}

function point(coordinates: [number, number]) {
  return { type: "Feature" as const, geometry: { type: "Point" as const, coordinates }, properties: {} };
}
