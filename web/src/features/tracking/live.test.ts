import { expect, test } from "vitest";
import { LiveStore, type Seen } from "./live";

const seen = (id: string, fixedAtMs: number): Seen => ({
  id, fixedAtMs, heardAtMs: fixedAtMs, name: id, kind: "phone", state: "moving", simulated: false, latitude: 1,
  longitude: 2, accuracy_m: null, speed_mps: null, course_deg: null, battery_pct: null,
}); // prettier-ignore

test("an older fix does not move a device back", () => {
  const store = new LiveStore();
  store.take([seen("a", 20)]);
  store.take([seen("a", 10)]);
  expect(store.seen("a")?.fixedAtMs).toBe(20);
});

test("a snapshot takes away who may not be seen any more", () => {
  const store = new LiveStore();
  store.take([seen("a", 1), seen("b", 1)]);
  store.keepOnly(new Set(["b"]));
  expect(store.list().map(({ id }) => id)).toEqual(["b"]);
});

test("whoever listens hears every change until they stop", () => {
  const store = new LiveStore();
  let told = 0;
  const stop = store.subscribe(() => told++);
  store.take([seen("a", 1)]);
  stop();
  store.take([seen("a", 2)]);
  expect(told).toBe(1);
});
