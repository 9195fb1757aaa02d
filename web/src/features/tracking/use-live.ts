import { useEffect, useMemo, useState } from "react";
import type { RouteName } from "../../api/call";
import { ApiProblem } from "../../api/problem";
import { listen } from "../../api/stream";
import { LiveStore, type Seen } from "./live";

export interface Live {
  store: LiveStore;
  /** Whether the snapshot has come. */
  ready: boolean;
  /** What is wrong with the line; it is tried again by itself unless the node refused it. */
  trouble: "" | "lost" | "refused";
}

interface Said {
  snapshot?: boolean;
  items: LivePosition[];
}

/** Keeps a line to the node open while the page is there. */
export function useLive(): Live {
  const store = useMemo(() => new LiveStore(), []);
  const [ready, setReady] = useState(false);
  const [trouble, setTrouble] = useState<Live["trouble"]>("");
  useEffect(() => {
    const stop = new AbortController();
    const event = (data: unknown) => {
      store.take((data as Said).items.map(seenOf));
      setReady(true);
    };
    const state = (connected: boolean, error?: unknown) => {
      const refused = error instanceof ApiProblem && error.status >= 400 && error.status < 500;
      setTrouble(connected ? "" : refused ? "refused" : "lost");
    };
    void listen("GET /api/live" as RouteName, { signal: stop.signal }, { event, state });
    return () => stop.abort();
  }, [store]);
  return { store, ready, trouble };
}

interface LivePosition {
  device_id: string;
  name: string;
  kind: string;
  state: Seen["state"];
  simulated: boolean;
  fixed_at: string;
  received_at: string;
  latitude: number;
  longitude: number;
  accuracy_m: number | null;
  speed_mps: number | null;
  course_deg: number | null;
  battery_pct: number | null;
}

function seenOf({ device_id, fixed_at, received_at, ...rest }: LivePosition): Seen {
  return { id: device_id, fixedAtMs: Date.parse(fixed_at), heardAtMs: Date.parse(received_at), ...rest };
}
