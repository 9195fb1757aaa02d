import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "../../api/call";
import type { Position } from "../../api/routes";
import type { Day } from "./day";
import { allOf } from "./queries";
import type { Stretch } from "./stretches";
import type { Spot } from "./track";

const SIMPLER_M = 3;
const AT_ONCE = 10_000;
const FRESH_MS = 15_000;

export interface DayLoaded {
  pending: boolean;
  error: unknown;
  again: () => unknown;
  stretches: readonly Stretch[];
  spots: readonly Spot[];
  odometer_m: number | null;
}

const NONE: readonly never[] = [];

/** What is known of a device's day; today is asked for again from time to time. */
export function useDay(id: string, day: Day): DayLoaded {
  const refetchInterval = Date.now() < day.toMs ? FRESH_MS : false;
  const query = useQuery({ ...dayQuery(id, day), enabled: id !== "", refetchInterval });
  const spots = useMemo(() => query.data?.positions.map(spotOf) ?? NONE, [query.data]);
  return {
    pending: query.isPending,
    error: query.error,
    again: () => query.refetch(),
    stretches: query.data?.stretches ?? NONE,
    spots,
    odometer_m: null,
  };
}

function dayQuery(id: string, { name, fromMs, toMs }: Day) {
  const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  return queryOptions({
    queryKey: ["day", id, name],
    queryFn: async () => {
      const path = { id };
      const positions = allOf<Position>((from) =>
        call("GET /api/devices/{id}/positions", {
          path,
          query: { ...span, ...from, limit: AT_ONCE, simplify_m: SIMPLER_M },
        }),
      );
      return { positions: await positions, stretches: [] as Stretch[] };
    },
  });
}

function spotOf({ fixed_at, latitude, longitude, course_deg, speed_mps }: Position): Spot {
  return { atMs: Date.parse(fixed_at), at: [longitude, latitude], course_deg, speed_mps };
}
