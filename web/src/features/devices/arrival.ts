import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deviceQuery } from "../../api/devices";

const EVERY_MS = 2_000;

/** Whether the device has said something since this was asked first. */
export function useArrival(id: string): boolean {
  const [sinceMs] = useState(() => Date.now());
  const arrived = (at: string | null | undefined) => at != null && Date.parse(at) >= sinceMs;
  const query = useQuery({
    ...deviceQuery(id),
    refetchInterval: ({ state }) => (arrived(state.data?.last_contact_at) ? false : EVERY_MS),
  });
  return arrived(query.data?.last_contact_at);
}
