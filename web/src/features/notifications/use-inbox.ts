import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import { listen } from "../../api/stream";

/** Keeps a line to the node open, and the list as new as what it says; whether that line is lost. */
export function useFreshInbox(): boolean {
  const queries = useQueryClient();
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const event = () => void queries.invalidateQueries({ queryKey: inboxKey });
    const state = (connected: boolean) => setLost(!connected);
    void listen("GET /api/notifications/live", { signal: stop.signal }, { event, state });
    return () => stop.abort();
  }, [queries]);
  return lost;
}

export function useReading() {
  const queries = useQueryClient();
  const renew = () => queries.invalidateQueries({ queryKey: inboxKey });
  return {
    read: async (id: string) => {
      await call("POST /api/notifications/{id}/read", { path: { id } });
      await renew();
    },
    readAll: async () => {
      await call("POST /api/notifications/read", { body: {} });
      await renew();
    },
  };
}

const inboxKey = listOf("GET /api/notifications").queryKey;
