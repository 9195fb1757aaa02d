import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "../../api/call";
import { allOf } from "../../api/pages";
import type { Position, Stop, Trip } from "../../api/routes";
import type { LngLat } from "../../map/shapes";
import type { Day } from "./day";
import { OWN_ZONE } from "../../ui/calendar";
import { type TimelineEntry, type Totals, totalsOf } from "./entries";
import type { Spot } from "./track";

const SIMPLER_M = 3;
const AT_ONCE = 10_000;
const FRESH_MS = 15_000;

export interface DayLoaded {
  pending: boolean;
  error: unknown;
  again: () => unknown;
  totals: Totals | null;
  entries: readonly TimelineEntry[];
  spots: readonly Spot[];
}

const NONE: readonly never[] = [];

/** What is known of a device's day; today is asked for again from time to time. */
export function useDay(id: string, day: Day): DayLoaded {
  const refetchInterval = Date.now() < day.toMs ? FRESH_MS : false;
  const enabled = id !== "" && day.fromMs <= Date.now();
  const query = useQuery({ ...dayQuery(id, day), enabled, refetchInterval });
  const spots = useMemo(() => query.data?.positions.map(spotOf) ?? NONE, [query.data]);
  return {
    pending: query.isPending,
    error: query.error,
    again: () => query.refetch(),
    totals: query.data?.totals ?? null,
    entries: query.data?.entries ?? NONE,
    spots,
  };
}

function dayQuery(id: string, { name, fromMs, toMs }: Day) {
  const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  return queryOptions({
    queryKey: ["day", id, name],
    queryFn: async () => {
      const path = { id };
      const asked = { ...span, limit: 200 };
      const [positions, trips, stops, days] = await Promise.all([
        allOf<Position>((from) =>
          call("GET /api/devices/{id}/positions", {
            path,
            query: { ...span, ...from, limit: AT_ONCE, simplify_m: SIMPLER_M },
          }),
        ),
        allOf<Trip>((from) => call("GET /api/devices/{id}/trips", { path, query: { ...asked, ...from } })),
        allOf<Stop>((from) => call("GET /api/devices/{id}/stops", { path, query: { ...asked, ...from } })),
        call("GET /api/devices/{id}/days", { path, query: { ...span, timezone: OWN_ZONE } }),
      ]);
      const told = days.items.find(({ day }) => day === name);
      return { positions, entries: entriesOf(trips, stops), totals: told ? totalsOf(told) : null };
    },
  });
}

function spotOf({ fixed_at, latitude, longitude, course_deg, speed_mps }: Position): Spot {
  return { atMs: Date.parse(fixed_at), at: [longitude, latitude], course_deg, speed_mps };
}

function entriesOf(trips: readonly Trip[], stops: readonly Stop[]): TimelineEntry[] {
  const all: TimelineEntry[] = [
    ...trips.map((trip) => ({
      ...ends(trip),
      kind: "trip" as const,
      distance_m: trip.distance_m,
      top_mps: trip.max_speed_mps,
      place: trip.end_place,
      at: [trip.start_longitude, trip.start_latitude] as LngLat,
    })),
    ...stops.map((stop) => ({
      ...ends(stop),
      kind: "stop" as const,
      distance_m: 0,
      top_mps: null,
      place: stop.place,
      at: [stop.longitude, stop.latitude] as LngLat,
    })),
  ];
  return all.sort((a, b) => a.fromMs - b.fromMs);
}

function ends({ started_at, ended_at }: Trip | Stop) {
  return { fromMs: Date.parse(started_at), toMs: ended_at === null ? null : Date.parse(ended_at) };
}
