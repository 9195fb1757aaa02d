/** Where devices are now: one store, outside of React, that the map reads thousands of times and the page's
 * list once a second. */
import type { Thing, Things } from "../../map/thing";

export type State = "moving" | "stopped" | "offline";

/** The newest that is known about a device. */
export interface Seen {
  id: string;
  name: string;
  kind: string;
  state: State;
  simulated: boolean;
  fixedAtMs: number;
  heardAtMs: number;
  latitude: number;
  longitude: number;
  accuracy_m: number | null;
  speed_mps: number | null;
  course_deg: number | null;
  battery_pct: number | null;
}

const STALE_MS = 10 * 60_000;
const LIST_EVERY_MS = 1_000;

export class LiveStore implements Things {
  private readonly devices = new Map<string, Seen>();
  private readonly listeners = new Set<() => void>();
  private listed: readonly Seen[] = [];
  private listedAtMs = 0;
  private changed = false;

  subscribe = (tell: () => void): (() => void) => {
    this.listeners.add(tell);
    return () => this.listeners.delete(tell);
  };

  /** An older fix than the known one changes nothing: late data belong to history. */
  take(seen: readonly Seen[]): void {
    for (const each of seen) {
      const known = this.devices.get(each.id);
      if (!known || known.fixedAtMs <= each.fixedAtMs) this.devices.set(each.id, each);
    }
    this.tell();
  }

  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.devices.keys()) if (!ids.has(id)) this.devices.delete(id);
    this.tell();
  }

  seen(id: string): Seen | undefined {
    return this.devices.get(id);
  }

  get(id: string): Thing | undefined {
    const seen = this.devices.get(id);
    return seen && thingOf(seen);
  }

  *all(): Generator<Thing> {
    for (const seen of this.devices.values()) yield thingOf(seen);
  }

  points(): [number, number][] {
    return Array.from(this.devices.values(), ({ longitude, latitude }) => [longitude, latitude]);
  }

  /** All of them, by name; the same list until something changed and a second went by. */
  list = (): readonly Seen[] => {
    if (this.changed && Date.now() - this.listedAtMs >= LIST_EVERY_MS) {
      this.listed = [...this.devices.values()].sort((a, b) => a.name.localeCompare(b.name));
      this.listedAtMs = Date.now();
      this.changed = false;
    }
    return this.listed;
  };

  /** For lists: at once when it is quiet, else once a second. */
  subscribeList = (tell: () => void): (() => void) => {
    let timer = 0;
    const soon = () => {
      timer ||= window.setTimeout(
        () => {
          timer = 0;
          tell();
        },
        Math.max(0, this.listedAtMs + LIST_EVERY_MS - Date.now()),
      );
    };
    const stop = this.subscribe(soon);
    return () => {
      stop();
      clearTimeout(timer);
    };
  };

  private tell(): void {
    this.changed = true;
    for (const listener of this.listeners) listener();
  }
}

function thingOf(seen: Seen): Thing {
  return {
    id: seen.id,
    name: seen.name,
    at: [seen.longitude, seen.latitude],
    course_deg: seen.course_deg,
    accuracy_m: seen.accuracy_m,
    look: seen.state,
    stale: Date.now() - seen.fixedAtMs > STALE_MS,
    simulated: seen.simulated,
  };
}
