import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { devicesQuery } from "../../api/devices";
import type { LiveNews, Whereabouts } from "../../api/routes";
import { listen, type Trouble, troubleOf } from "../../api/stream";
import { LiveStore } from "../../map/live";
import type { Fix } from "../../map/seen";

export interface Live {
  store: LiveStore;
  /** Whether the snapshot has come. */
  ready: boolean;
  /** What is wrong with the line; it is tried again by itself unless the node refused it. */
  trouble: Trouble;
}

/** Keeps a line to the node open while the page is there. */
export function useLive(): Live {
  const store = useMemo(() => new LiveStore(), []);
  const [ready, setReady] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>("");
  const devices = useQuery({ ...devicesQuery, staleTime: 30_000 });
  useEffect(() => {
    if (devices.data) store.know(devices.data);
  }, [store, devices.data]);
  useEffect(() => {
    const stop = new AbortController();
    const event = (data: unknown) => {
      const { kind, positions, gone } = data as LiveNews;
      if (kind === "snapshot") store.begin(positions.map(fixOf));
      else store.take(positions.map(fixOf));
      if (gone?.length) store.forget(gone);
      setReady(true);
    };
    const state = (connected: boolean, error?: unknown) => setTrouble(troubleOf(connected, error));
    void listen("GET /api/live", { signal: stop.signal }, { event, state });
    return () => stop.abort();
  }, [store]);
  return { store, ready, trouble };
}

function fixOf({ device_id, fixed_at, received_at, last_contact_at, ...rest }: Whereabouts): Fix {
  return {
    id: device_id,
    fixedAtMs: Date.parse(fixed_at),
    heardAtMs: Date.parse(last_contact_at ?? received_at),
    latitude: rest.latitude,
    longitude: rest.longitude,
    accuracy_m: rest.accuracy_m ?? null,
    speed_mps: rest.speed_mps ?? null,
    course_deg: rest.course_deg ?? null,
    battery_pct: rest.battery_pct ?? null,
    state: rest.state && rest.state !== "unseen" ? rest.state : null,
  };
}
