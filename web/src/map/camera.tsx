import { useEffect, useRef } from "react";
import { remembered } from "./places";
import { fit } from "./tools";
import { useMap } from "./view";
import type { LiveStore } from "./live";

/** Where the map looks first: at what was chosen, else where it was left, else at everything. */
export function Beginning({ store, ready, chosen }: { store: LiveStore; ready: boolean; chosen: string }) {
  const drawn = useMap();
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (!ready || shown.current === chosen) return;
    const first = shown.current === null;
    shown.current = chosen;
    const one = chosen ? store.get(chosen) : undefined;
    if (one) {
      const zoom = Math.max(drawn.map.getZoom(), 13);
      drawn.map.easeTo({ center: one.at, zoom, duration: first ? 0 : 600 });
    } else if (first && !remembered("live")) fit(drawn, store.points(), false);
  }, [drawn, store, ready, chosen]);
  return null;
}

/** Whoever drags the map wants to look elsewhere. */
export function LetGo({ active, letGo }: { active: boolean; letGo: () => void }) {
  const { map } = useMap();
  const act = useRef(letGo);
  act.current = letGo;
  useEffect(() => {
    if (!active) return;
    const dragged = () => act.current();
    map.on("dragstart", dragged);
    return () => void map.off("dragstart", dragged);
  }, [map, active]);
  return null;
}
