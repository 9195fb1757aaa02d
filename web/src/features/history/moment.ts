import { useEffect, useRef, useState } from "react";
import type { Day } from "./day";

const SETTLED_MS = 400;

/** The moment of the day that is looked at: at once on the map, in the address when it stays. Another day or
 * device has moments of its own. */
export function useMoment(id: string, day: Day, written: string, write: (at: string) => void) {
  const [atMs, setAtMs] = useState<number | null>(null);
  const timer = useRef(0);
  const keep = useRef(write);
  keep.current = write;
  useEffect(() => {
    const at = Date.parse(written);
    const fits = at >= day.fromMs && at <= day.toMs;
    setAtMs(fits ? at : null);
    if (written && !fits) keep.current("");
  }, [id, written, day.fromMs, day.toMs]);
  useEffect(() => () => clearTimeout(timer.current), [id, day.fromMs]);
  const look = (at: number) => {
    setAtMs(at);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => keep.current(new Date(at).toISOString()), SETTLED_MS);
  };
  return { atMs, look };
}
