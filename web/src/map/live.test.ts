import { expect, test } from "vitest";
import { LiveStore } from "./live";
import { type Fix, next, stateAt } from "./seen";

const fix = (id: string, fixedAtMs: number, more: Partial<Fix> = {}): Fix => ({
  id,
  fixedAtMs,
  heardAtMs: fixedAtMs,
  latitude: 1,
  longitude: 2,
  accuracy_m: null,
  speed_mps: null,
  course_deg: null,
  battery_pct: null,
  state: null,
  ...more,
});
const van = { id: "a", name: "Van", kind: "vehicle", simulated: true };

test("an older fix does not move a device back", () => {
  const store = new LiveStore();
  store.take([fix("a", 20)]);
  store.take([fix("a", 10)]);
  expect(store.seen("a")?.fixedAtMs).toBe(20);
});

test("a new beginning takes away who may not be seen any more", () => {
  const store = new LiveStore();
  store.take([fix("a", 1), fix("b", 1)]);
  store.begin([fix("b", 2)]);
  expect(store.list().map(({ id }) => id)).toEqual(["b"]);
});

test("a name may come before or after the position", () => {
  const store = new LiveStore();
  store.take([fix("a", 1)]);
  store.know([van]);
  store.take([fix("a", 2)]);
  expect(store.seen("a")).toMatchObject({ name: "Van", simulated: true });
});

test("whoever listens hears every change until they stop", () => {
  const store = new LiveStore();
  let told = 0;
  const stop = store.subscribe(() => told++);
  store.take([fix("a", 1)]);
  stop();
  store.take([fix("a", 2)]);
  expect(told).toBe(1);
});

test("a red light is no stop, three minutes are one", () => {
  const moving = next(undefined, fix("a", 1_000_000, { speed_mps: 12 }), van);
  expect(next(moving, fix("a", 1_060_000, { speed_mps: 0 }), van).state).toBe("moving");
  expect(next(moving, fix("a", 1_200_000, { speed_mps: 0 }), van).state).toBe("stopped");
});

test("without a speed the way tells whether it moves", () => {
  const before = next(undefined, fix("a", 1_000_000, { state: "stopped" }), van);
  expect(next(before, fix("a", 1_010_000, { latitude: 1.002 }), van).state).toBe("moving");
  expect(next(before, fix("a", 1_010_000, { latitude: 1.0001 }), van).state).toBe("stopped");
});

test("an hour of silence is offline, and the battery is remembered", () => {
  const seen = next(undefined, fix("a", 0, { state: "stopped", battery_pct: 40 }), van);
  expect(stateAt(seen, 3_600_001)).toBe("offline");
  expect(next(seen, fix("a", 1), van).battery_pct).toBe(40);
});
