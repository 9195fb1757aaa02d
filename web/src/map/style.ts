import type { ExpressionSpecification, StyleSpecification } from "maplibre-gl";
import type { Colours } from "./colours";
import { FONT } from "./font";
import { coverOf, coversTheWorld, creditOf, STREETS, streetLayers, streetNames } from "./street";
import type { MapSource } from "./tiles";

export { FONT };
const CITIES_FROM = '<a href="https://www.geonames.org" rel="noreferrer">GeoNames</a>';
const STREETS_FROM = 7; // lines of latitude would cross streets
const COUNTRIES_UNTIL = 8;
const NOTHING = { type: "FeatureCollection" as const, features: [] };

/** Marks between which the layers of a page go, from below to above. */
export const SLOTS = ["areas", "lines", "things"] as const;
export type Slot = (typeof SLOTS)[number];

/** A quiet background: the bundled atlas, a street map, or the operator's own tiles; and a graticule. */
export function styleOf(colours: Colours, { tiles, street }: MapSource): StyleSpecification {
  const outline = !tiles && !(street && coversTheWorld(street));
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: NOTHING, tolerance: 0.3 },
      borders: { type: "geojson", data: NOTHING, tolerance: 0.3 },
      coasts: { type: "geojson", data: NOTHING, tolerance: 0.3 },
      names: { type: "geojson", data: NOTHING },
      cities: { type: "geojson", data: NOTHING, ...(outline && !street ? { attribution: CITIES_FROM } : {}) },
      graticule: { type: "geojson", data: NOTHING },
      ...(tiles ? { tiles: tileSource(tiles) } : {}),
      ...(street
        ? {
            [STREETS]: {
              type: "vector" as const,
              url: `pmtiles://${location.origin}${street.path}`,
              attribution: creditOf(street),
            },
            cover: { type: "geojson" as const, data: coverOf(street) },
          }
        : {}),
    },
    layers: [
      { id: "water", type: "background", paint: { "background-color": colours.water } },
      ...(tiles ? [{ id: "tiles", type: "raster" as const, source: "tiles" }] : []),
      ...(outline ? atlasLayers(colours) : []),
      ...(street ? streetLayers(street, colours) : []),
      ...graticuleLayers(colours, street !== null),
      ...(outline && !street ? [cityLayer(colours)] : []),
      ...(street ? streetNames(street, colours) : []),
      ...(outline ? [nameLayer(colours)] : []),
      ...SLOTS.map((id) => ({ id, type: "background" as const, layout: { visibility: "none" as const } })),
    ],
  };
}

function tileSource({ url, attribution }: NonNullable<MapSource["tiles"]>) {
  return { type: "raster" as const, tiles: [url], tileSize: 256, maxzoom: 19, attribution };
}

function atlasLayers(colours: Colours): StyleSpecification["layers"] {
  return [
    {
      id: "land",
      type: "fill",
      source: "land",
      paint: { "fill-color": colours.land, "fill-antialias": false },
    },
    {
      id: "coast",
      type: "line",
      source: "coasts",
      paint: { "line-color": colours.border, "line-width": 0.6 },
    },
    {
      id: "borders",
      type: "line",
      source: "borders",
      layout: { "line-join": "round" },
      paint: {
        "line-color": colours.border,
        "line-width": ["interpolate", ["linear"], ["zoom"], 1, 0.5, 8, 1.4],
        "line-dasharray": [3, 1.5],
      },
    },
  ];
}

function graticuleLayers(colours: Colours, streets: boolean): StyleSpecification["layers"] {
  return [
    {
      id: "graticule",
      type: "line",
      source: "graticule",
      ...(streets ? { maxzoom: STREETS_FROM } : {}),
      paint: { "line-color": colours.grid, "line-width": 1 },
    },
    {
      id: "graticule-labels",
      type: "symbol",
      source: "graticule",
      ...(streets ? { maxzoom: STREETS_FROM } : {}),
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 420,
        "text-field": ["get", "label"],
        "text-font": FONT,
        "text-size": 10.5,
        "text-offset": [0, -0.7],
        "text-max-angle": 10,
      },
      paint: { "text-color": colours.label, "text-opacity": 0.75 },
    },
  ];
}

/** What is large enough at this zoom, whatever else stands near it. */
const FITS: ExpressionSpecification = ["<=", ["get", "from"], ["zoom"]];

function cityLayer(colours: Colours): StyleSpecification["layers"][number] {
  return {
    id: "cities",
    type: "symbol",
    source: "cities",
    filter: FITS,
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["get", "thousands"], 200, 11, 10_000, 13.5],
      "text-padding": 6,
      "symbol-sort-key": ["-", 0, ["get", "thousands"]],
    },
    paint: { "text-color": colours.quiet, "text-halo-color": colours.land, "text-halo-width": 1.2 },
  };
}

function nameLayer(colours: Colours): StyleSpecification["layers"][number] {
  return {
    id: "names",
    type: "symbol",
    source: "names",
    maxzoom: COUNTRIES_UNTIL,
    filter: FITS,
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], 1, 10, 6, 15],
      "text-letter-spacing": 0.06,
      "text-max-width": 7,
      "text-padding": 8,
      "symbol-sort-key": ["get", "rank"],
    },
    paint: { "text-color": colours.label, "text-halo-color": colours.land, "text-halo-width": 1.2 },
  };
}
