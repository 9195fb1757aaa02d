/** The newest that is known about a device. */
import type { Thing } from "./thing";
import { distance_m } from "./shapes";

export type State = "moving" | "stopped" | "offline";

/** What a fix says by itself. */
export interface Fix {
  id: string;
  fixedAtMs: number;
  heardAtMs: number;
  latitude: number;
  longitude: number;
  accuracy_m: number | null;
  speed_mps: number | null;
  course_deg: number | null;
  battery_pct: number | null;
  /** As the node derived it; news say none. */
  state: State | null;
}

export interface Identity {
  id: string;
  name: string;
  kind: string;
  simulated: boolean;
}

export interface Seen extends Omit<Fix, "state">, Identity {
  state: State;
  /** When it last moved, as far as this page saw. */
  movedAtMs: number;
}

const STALE_MS = 10 * 60_000;
// The node's own measures (tracking/model/segment.py, model/latest.py): standing for so long is a stop,
// silence for so long is being offline.
const STOP_MS = 180_000;
const OFFLINE_MS = 3_600_000;
const WALKS_MPS = 1;
const AWAY_M = 50;

export function next(before: Seen | undefined, fix: Fix, who: Identity): Seen {
  const moves = fix.state ? fix.state === "moving" : movedBetween(before, fix);
  const movedAtMs = moves ? fix.fixedAtMs : (before?.movedAtMs ?? 0);
  const state = fix.state ?? (fix.fixedAtMs - movedAtMs < STOP_MS ? "moving" : "stopped");
  return { ...fix, ...who, battery_pct: fix.battery_pct ?? before?.battery_pct ?? null, state, movedAtMs };
}

function movedBetween(
  before: Seen | undefined,
  { speed_mps, longitude, latitude, accuracy_m }: Fix,
): boolean {
  if (speed_mps !== null) return speed_mps >= WALKS_MPS;
  if (!before) return false;
  const away = distance_m([before.longitude, before.latitude], [longitude, latitude]);
  return away > AWAY_M + (accuracy_m ?? 0);
}

/** Nobody tells that a device fell silent: it only stops telling. */
export function stateAt(seen: Seen, nowMs: number): State {
  return nowMs - seen.heardAtMs > OFFLINE_MS ? "offline" : seen.state;
}

export function thingOf(seen: Seen, nowMs: number): Thing {
  return {
    id: seen.id,
    name: seen.name,
    at: [seen.longitude, seen.latitude],
    course_deg: seen.course_deg,
    accuracy_m: seen.accuracy_m,
    look: stateAt(seen, nowMs),
    stale: nowMs - seen.fixedAtMs > STALE_MS,
    simulated: seen.simulated,
  };
}
