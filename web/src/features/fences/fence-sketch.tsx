import type { CameraOptions } from "maplibre-gl";
import { useEffect, useRef, useState } from "react";
import type { GeofenceView } from "../../api/routes";
import { type Area, cornersOf, isWhole, type Sketch, sketchOf } from "../../map/area";
import { Draw } from "../../map/draw";
import { remembered } from "../../map/places";
import { fit } from "../../map/tools";
import { useMap } from "../../map/view";
import { t } from "../../texts";
import { areaOf } from "../../map/fences";

/** A shape that is being drawn, on the map and in the form at once. */
export interface Drawn {
  now: Sketch | null;
  /** Whether it was changed since it was opened. */
  touched: boolean;
  version: number;
  /** From the map. */
  drawn: (shape: Pick<Sketch, "places" | "size_m">) => void;
  /** From the form: the map draws it anew. */
  typed: (sketch: Sketch) => void;
}

const EMPTY: Sketch = { kind: "circle", places: [], size_m: 250 };

export function useSketch(fence: GeofenceView | "new" | null): Drawn {
  const [state, setState] = useState({ now: null as Sketch | null, touched: false, version: 0 });
  const id = fence === "new" ? "new" : (fence?.id ?? "");
  useEffect(() => {
    const now = fence === null ? null : fence === "new" ? EMPTY : sketchOf(areaOf(fence));
    setState(({ version }) => ({
      now: fence === null ? null : (now ?? EMPTY),
      touched: false,
      version: version + 1,
    }));
    // Only another fence begins anew; one that is loaded again does not undo a drawing.
  }, [id]);
  return {
    ...state,
    drawn: (shape) =>
      setState((all) => ({ ...all, now: all.now && { ...all.now, ...shape }, touched: true })),
    typed: (now) => setState(({ version }) => ({ now, touched: true, version: version + 1 })),
  };
}

export function FenceDrawing({ sketch: { now, version, drawn } }: { sketch: Drawn }) {
  if (now === null) return null;
  return (
    <>
      <Draw sketch={now} version={version} change={drawn} />
      <p className="map-says map-hint" role="status">
        {t.fences.draw[isWhole(now) ? "move" : now.kind]}
      </p>
    </>
  );
}

/** Brings what was chosen into view; at first, everything. */
export function LookAt({ areas, chosen }: { areas: readonly Area[] | null; chosen: string }) {
  const drawn = useMap();
  const before = useRef<string | null>(null);
  useEffect(() => {
    if (areas === null || before.current === chosen) return;
    const first = before.current === null;
    before.current = chosen;
    const area = areas.find(({ id }) => id === chosen);
    if (area) fit(drawn, cornersOf(area), !first);
    else if (first && !remembered("fences")) {
      const live = remembered("live");
      if (areas.length) fit(drawn, areas.flatMap(cornersOf), false);
      else if (live) drawn.map.jumpTo(live as CameraOptions);
    }
  }, [drawn, areas, chosen]);
  return null;
}
