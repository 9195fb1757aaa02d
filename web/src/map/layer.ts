/** A layer of a map is a component that renders nothing: it draws while it is there. */
import type {
  AddLayerObject,
  GeoJSONSource,
  GeoJSONSourceSpecification,
  LayerSpecification,
} from "maplibre-gl";
import { useEffect } from "react";
import type { Slot } from "./style";
import { type Drawn, useMap } from "./view";

type Layer = Exclude<AddLayerObject & LayerSpecification, { type: "background" }>;
export type Unplaced = Omit<Layer, "source" | "id"> & { id: string };

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export interface Drawing {
  /** The source's name, and the beginning of its layers' names. */
  name: string;
  slot: Slot;
  source?: Partial<GeoJSONSourceSpecification>;
  layers: (drawn: Drawn) => Unplaced[];
}

/** Adds the source and its layers, and takes them away with the component. */
export function useDrawing({ name, slot, source, layers }: Drawing): (data: GeoJSON.GeoJSON) => void {
  const drawn = useMap();
  const { map } = drawn;
  useEffect(() => {
    map.addSource(name, { type: "geojson", data: EMPTY, ...source });
    const added = layers(drawn).map((layer) => ({ ...layer, id: `${name}-${layer.id}`, source: name }));
    for (const layer of added) map.addLayer(layer as AddLayerObject, slot);
    return () => {
      if (!map.style) return; // the map itself is gone
      for (const { id } of added) map.removeLayer(id);
      map.removeSource(name);
    };
    // A drawing does not change while it is there; its data does.
  }, [map]);
  return (data) => map.getSource<GeoJSONSource>(name)?.setData(data);
}
