/** Where devices are now: one store, outside of React, that the map reads several times a second and the page's
 * list once a second. */
import type { Thing, Things } from "./thing";
import { type Fix, type Identity, next, type Seen, stateAt, thingOf } from "./seen";

const LIST_EVERY_MS = 1_000;

export class LiveStore implements Things {
  private readonly devices = new Map<string, Seen>();
  private readonly known = new Map<string, Identity>();
  private readonly listeners = new Set<() => void>();
  private listed: readonly Seen[] = [];
  private listedAtMs = 0;
  private changed = false;

  subscribe = (tell: () => void): (() => void) => {
    this.listeners.add(tell);
    return () => this.listeners.delete(tell);
  };

  /** Who they are; positions come without names. */
  know(identities: Iterable<Identity>): void {
    for (const each of identities) {
      this.known.set(each.id, each);
      const seen = this.devices.get(each.id);
      if (seen) this.devices.set(each.id, { ...seen, ...each });
    }
    this.tell();
  }

  /** An older fix than the known one changes nothing: late data belong to history. */
  take(fixes: Iterable<Fix>): void {
    for (const fix of fixes) {
      const before = this.devices.get(fix.id);
      if (!before || before.fixedAtMs <= fix.fixedAtMs)
        this.devices.set(fix.id, next(before, fix, this.known.get(fix.id) ?? nobody(fix.id)));
    }
    this.tell();
  }

  /** Everything there is: who is not in it may not be seen any more. */
  begin(fixes: readonly Fix[]): void {
    const ids = new Set(fixes.map(({ id }) => id));
    for (const id of this.devices.keys()) if (!ids.has(id)) this.devices.delete(id);
    this.take(fixes);
  }

  forget(ids: Iterable<string>): void {
    for (const id of ids) this.devices.delete(id);
    this.tell();
  }

  seen(id: string): Seen | undefined {
    const seen = this.devices.get(id);
    return seen && { ...seen, state: stateAt(seen, Date.now()) };
  }

  get(id: string): Thing | undefined {
    const seen = this.devices.get(id);
    return seen && thingOf(seen, Date.now());
  }

  *all(): Generator<Thing> {
    const nowMs = Date.now();
    for (const seen of this.devices.values()) yield thingOf(seen, nowMs);
  }

  points(): [number, number][] {
    return Array.from(this.devices.values(), ({ longitude, latitude }) => [longitude, latitude]);
  }

  /** All of them, by name; the same list until something changed and a second went by. */
  list = (): readonly Seen[] => {
    const nowMs = Date.now();
    if (this.changed && nowMs - this.listedAtMs >= LIST_EVERY_MS) {
      const all = Array.from(this.devices.values(), (seen) => ({ ...seen, state: stateAt(seen, nowMs) }));
      this.listed = all.sort((a, b) => a.name.localeCompare(b.name));
      this.listedAtMs = nowMs;
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

function nobody(id: string): Identity {
  return { id, name: "", kind: "", simulated: false };
}
