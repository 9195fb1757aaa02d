/** The calm style of a street map: the same few colours for both schemas, names in the console's own font. It asks
 * for no glyphs and no pictures: MapLibre draws letters with the fonts of the page. */
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Colours } from "./colours";
import { FONT } from "./font";

export interface Street {
  path: string;
  schema: "protomaps" | "shortbread";
  attribution: string;
  bounds: [number, number, number, number];
  min_zoom: number;
  max_zoom: number;
}

export const STREETS = "streets";
const OSM =
  '<a href="https://www.openstreetmap.org/copyright" rel="noreferrer">© OpenStreetMap contributors</a>';
const WORLD_WIDE = 300;
const CLOSE = 7; // from here on the outline is too coarse beside streets

export const coversTheWorld = ({ bounds: [west, , east] }: Street) => east - west > WORLD_WIDE;

/** Whom the map thanks: OpenStreetMap as its licence wants it, and what else the file says. */
export function creditOf(street: Street): string {
  const rest = street.attribution
    .replace(/©?\s*OpenStreetMap( contributors)?/gi, "")
    .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/^[\s,|©]+|[\s,|©]+$/g, "");
  return rest ? `${OSM} ${rest}` : OSM;
}

export function coverOf({ bounds: [west, south, east, north] }: Street): GeoJSON.Polygon {
  return {
    type: "Polygon",
    coordinates: [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ],
  };
}

type Layer = LayerSpecification;
type Filter = ExpressionSpecification | boolean;
type Kinds = "motorway" | "major" | "minor" | "path" | "rail";

interface Schema {
  land: string | null;
  water: readonly string[];
  rivers: readonly [string, Filter][];
  green: readonly [string, Filter];
  buildings: string;
  roads: string;
  isRoad: Record<Kinds, Filter>;
  roadNames: string;
  borders: readonly [string, Filter];
  places: string;
  isPlace: Record<"city" | "town" | "village", Filter>;
}

const kind = (...values: string[]): Filter => ["in", ["get", "kind"], ["literal", values]];
const GREEN = [
  "park", "forest", "wood", "grass", "meadow", "grassland", "nature_reserve", "national_park", "cemetery",
  "scrub", "heath", "orchard", "vineyard", "allotments", "garden", "golf_course", "village_green", "recreation_ground",
]; // prettier-ignore

const SCHEMAS: Record<Street["schema"], Schema> = {
  protomaps: {
    land: "earth",
    water: ["water"],
    rivers: [["water", kind("river", "stream", "canal")]],
    green: ["landuse", kind(...GREEN)],
    buildings: "buildings",
    roads: "roads",
    isRoad: {
      motorway: kind("highway"),
      major: kind("major_road", "medium_road"),
      minor: kind("minor_road", "other"),
      path: kind("path"),
      rail: kind("rail"),
    },
    roadNames: "roads",
    borders: ["boundaries", kind("country")],
    places: "places",
    isPlace: {
      city: [
        "any",
        kind("city"),
        ["all", kind("locality"), [">=", ["coalesce", ["get", "population_rank"], 0], 9]],
      ],
      town: [
        "any",
        kind("town"),
        ["all", kind("locality"), ["<", ["coalesce", ["get", "population_rank"], 0], 9]],
      ],
      village: kind("village", "neighbourhood", "suburb", "macrohood"),
    },
  },
  shortbread: {
    land: null,
    water: ["ocean", "water_polygons"],
    rivers: [["water_lines", true]],
    green: ["land", kind(...GREEN)],
    buildings: "buildings",
    roads: "streets",
    isRoad: {
      motorway: kind("motorway", "trunk"),
      major: kind("primary", "secondary", "tertiary"),
      minor: kind("unclassified", "residential", "living_street", "service", "busway", "pedestrian"),
      path: kind("footway", "path", "steps", "cycleway", "track", "bridleway"),
      rail: kind("rail", "light_rail", "subway", "tram", "narrow_gauge"),
    },
    roadNames: "street_labels",
    borders: ["boundaries", ["all", ["==", ["get", "admin_level"], 2], ["!=", ["get", "maritime"], true]]],
    places: "place_labels",
    isPlace: {
      city: kind("city", "capital", "state_capital"),
      town: kind("town"),
      village: kind("village", "suburb", "quarter", "neighbourhood", "hamlet"),
    },
  },
};

const LINES: Filter = ["==", ["geometry-type"], "LineString"];
const POLYGONS: Filter = ["==", ["geometry-type"], "Polygon"];
const NAME: ExpressionSpecification = ["coalesce", ["get", "name"], ""];

/** Below the pages' own layers: from the ground up to names. */
export function streetLayers(street: Street, colours: Colours): Layer[] {
  const schema = SCHEMAS[street.schema];
  const from = { source: STREETS };
  const ground = schema.land ? colours.water : colours.land;
  const layers: Layer[] = [];
  if (coversTheWorld(street))
    layers.push({ id: "ground", type: "background", paint: { "background-color": ground } });
  else
    layers.push({
      id: "ground",
      type: "fill",
      source: "cover",
      minzoom: CLOSE,
      paint: { "fill-color": ground },
    });
  const fill = (id: string, layer: string, colour: string, more: Partial<Layer> = {}, opacity = 1) =>
    layers.push({
      id, type: "fill", ...from, "source-layer": layer, filter: POLYGONS, ...more,
      paint: { "fill-color": colour, "fill-opacity": opacity },
    } as Layer); // prettier-ignore
  if (schema.land) fill("earth", schema.land, colours.land);
  fill("green", schema.green[0], colours.green, {
    filter: ["all", POLYGONS, schema.green[1]],
  } as Partial<Layer>);
  for (const layer of schema.water) fill(`water-${layer}`, layer, colours.water);
  for (const [layer, filter] of schema.rivers)
    layers.push({
      id: "rivers", type: "line", ...from, "source-layer": layer, minzoom: 9, filter: ["all", LINES, filter],
      paint: { "line-color": colours.water, "line-width": grows(9, 0.6, 18, 6) },
    }); // prettier-ignore
  fill("buildings", schema.buildings, colours.border, { minzoom: 14 } as Partial<Layer>, 0.45);
  const road = (id: Kinds, minzoom: number, width: ExpressionSpecification, more: object = {}) =>
    layers.push({
      id: `road-${id}`, type: "line", ...from, "source-layer": schema.roads, minzoom,
      filter: ["all", LINES, schema.isRoad[id]],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colours.road, "line-width": width, ...more },
    } as Layer); // prettier-ignore
  road("path", 14, grows(14, 0.5, 18, 2), { "line-dasharray": [2, 2], "line-color": colours.border });
  road("rail", 11, grows(11, 0.5, 18, 2), { "line-dasharray": [4, 3], "line-color": colours.border });
  road("minor", 12, grows(12, 0.5, 18, 10));
  road("major", 8, grows(8, 0.6, 18, 16));
  road("motorway", 5, grows(5, 0.6, 18, 20), { "line-color": colours.motorway });
  layers.push({
    id: "street-borders", type: "line", ...from, "source-layer": schema.borders[0], filter: schema.borders[1],
    paint: { "line-color": colours.border, "line-width": 1.2, "line-dasharray": [3, 1.5] },
  }); // prettier-ignore
  return layers;
}

/** Names, the most important last: what lies above is placed first. */
export function streetNames(street: Street, colours: Colours): Layer[] {
  const schema = SCHEMAS[street.schema];
  const paint = { "text-color": colours.label, "text-halo-color": colours.land, "text-halo-width": 1.4 };
  const named = ["all", ["has", "name"]] as unknown as ExpressionSpecification;
  const place = (id: keyof Schema["isPlace"], minzoom: number, maxzoom: number, size: ExpressionSpecification): Layer => ({
    id: `place-${id}`, type: "symbol", source: STREETS, "source-layer": schema.places, minzoom, maxzoom,
    filter: ["all", named, schema.isPlace[id]] as Filter,
    layout: {
      "text-field": NAME, "text-font": FONT, "text-size": size, "text-max-width": 8, "text-padding": 6,
      "symbol-sort-key": ["-", 0, ["to-number", ["coalesce", ["get", "population"], ["get", "population_rank"], 0]]],
    },
    paint: { ...paint, "text-color": id === "village" ? colours.label : colours.quiet },
  }); // prettier-ignore
  return [
    {
      id: "road-names", type: "symbol", source: STREETS, "source-layer": schema.roadNames, minzoom: 13,
      filter: ["all", LINES, named] as Filter,
      layout: {
        "symbol-placement": "line", "symbol-spacing": 320, "text-field": NAME, "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 13, 10, 18, 13.5], "text-max-angle": 30,
      },
      paint,
    }, // prettier-ignore
    place("village", 11, 16, ["interpolate", ["linear"], ["zoom"], 11, 11, 16, 14]),
    place("town", 8, 15, ["interpolate", ["linear"], ["zoom"], 8, 11, 14, 16]),
    place("city", 5, 14, ["interpolate", ["linear"], ["zoom"], 5, 12, 13, 20]),
  ];
}

function grows(zoom: number, width: number, toZoom: number, toWidth: number): ExpressionSpecification {
  return ["interpolate", ["exponential", 1.6], ["zoom"], zoom, width, toZoom, toWidth];
}
