import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { allows, useMe } from "./me";
import { call } from "./call";
import { allOf } from "./pages";
import type { DeviceNow, GeofenceView } from "./routes";
import type { Area } from "../map/area";

export const fencesQuery = queryOptions({
  queryKey: ["geofences"],
  queryFn: () =>
    allOf<GeofenceView>((from) => call("GET /api/geofences", { query: { ...from, limit: 1000 } })),
});

const NO_AREAS: readonly Area[] = [];

/** The geofences, as the map draws them; none for somebody who may not see them. */
export function useAreas(): readonly Area[] {
  const me = useMe();
  const query = useQuery({ ...fencesQuery, enabled: allows(me.data?.scopes ?? [], "geofence:read") });
  return useMemo(() => query.data?.map(areaOf) ?? NO_AREAS, [query.data]);
}

export function areaOf(fence: GeofenceView): Area {
  return { ...fence, geometry: fence.geometry as unknown as Area["geometry"] };
}

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
