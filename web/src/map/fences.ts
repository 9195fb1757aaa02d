/** Geofences, for every page with a map of them. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "../api/call";
import { allows, useMe } from "../api/me";
import { allOf } from "../api/pages";
import type { GeofenceView } from "../api/routes";
import type { Area } from "./area";

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
