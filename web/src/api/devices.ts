/** Devices, for every page that names or chooses some. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "./call";
import { allOf } from "./pages";
import type { DeviceNow } from "./routes";

/** To choose from; more than so many are searched, not scrolled. */
export const devicesQuery = queryOptions({
  queryKey: ["GET /api/devices", "all"],
  queryFn: () => allOf<DeviceNow>((from) => call("GET /api/devices", { query: { ...from, limit: 200 } })),
});

export function deviceQuery(id: string) {
  return queryOptions({
    queryKey: ["GET /api/devices/{id}", id],
    queryFn: () => call("GET /api/devices/{id}", { path: { id } }),
  });
}

const NONE: readonly DeviceNow[] = [];

export function useDevices(): readonly DeviceNow[] {
  return useQuery({ ...devicesQuery, staleTime: 60_000 }).data ?? NONE;
}

/** Names of devices by id; empty for one that is not there. */
export function useDeviceNames(): (id: string) => string {
  const devices = useDevices();
  const names = useMemo(() => new Map(devices.map(({ id, name }) => [id, name])), [devices]);
  return (id) => names.get(id) ?? "";
}
