import "maplibre-gl/dist/maplibre-gl.css";
import "./map.css";
import {
  addProtocol,
  AttributionControl,
  Map as MapLibre,
  ScaleControl,
  setWorkerCount,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { Protocol } from "pmtiles";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { t } from "../texts";
import { background } from "./background";
import { type Colours, coloursNow, useScheme } from "./colours";
import { type Camera, remember, remembered } from "./places";
import { styleOf } from "./style";
import { type MapSource, useMapSource } from "./tiles";

// A file of this host: the policy of the pages allows no other worker.
setWorkerUrl(workerUrl);
// Also on a small machine: the background must not keep waiting what moves.
setWorkerCount(2);
// Streets come by ranges of one file; its metadata is not asked for, because /map.json has said it.
addProtocol("pmtiles", new Protocol().tile);

export interface Drawn {
  map: MapLibre;
  colours: Colours;
}

const Context = createContext<Drawn | null>(null);

/** The map that a layer is drawn on. */
export function useMap(): Drawn {
  const drawn = useContext(Context);
  if (drawn === null) throw new Error("a layer stands outside of its map");
  return drawn;
}

const WORLD: Camera = { center: [8, 30], zoom: 1.6 };

interface Shown {
  /** What a screen reader calls it. */
  label: string;
  /** The name under which it remembers where somebody left it. */
  place: string;
  children?: ReactNode;
  /** What lies above the map, and is no layer. */
  over?: ReactNode;
}

export function MapView(props: Shown) {
  // Another theme is another map, at the same place.
  const scheme = useScheme();
  const source = useMapSource();
  if (source === undefined) return <div className="map" />;
  return <Canvas key={scheme} {...props} source={source} />;
}

function Canvas({ label, source, place, children, over }: Shown & { source: MapSource }) {
  const box = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  useEffect(() => {
    if (box.current === null) return;
    const colours = coloursNow();
    const map = new MapLibre({
      container: box.current,
      style: styleOf(colours, source),
      ...(remembered(place) ?? WORLD),
      minZoom: 0.8,
      maxZoom: 19,
      fadeDuration: 0,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      rollEnabled: false,
      locale: { "Map.Title": label },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-right");
    map.addControl(new AttributionControl({ compact: !source.street }), "bottom-right");
    map.on("moveend", ({ originalEvent }) => {
      if (originalEvent || remembered(place))
        remember(place, { center: map.getCenter(), zoom: map.getZoom() });
    });
    map.once("style.load", () => setDrawn({ map, colours }));
    const stop = background(map, source);
    return () => {
      stop();
      setDrawn(null);
      map.remove();
    };
  }, [label, source, place]);
  return (
    <div className="map">
      <div className="canvas" ref={box} />
      {drawn ? (
        <Context.Provider value={drawn}>
          {children}
          {over}
        </Context.Provider>
      ) : (
        <span className="offscreen" role="status">
          {t.list.loading}
        </span>
      )}
    </div>
  );
}
