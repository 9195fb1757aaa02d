import { expect, test } from "vitest";
import { FILTERS, shown, taken } from "./preferences-form";

const filter = { max_speed_mps: 27.7, max_accuracy_m: null, max_age_s: 7_776_000, heartbeat_s: 300 };

test("people see km/h and days", () => {
  expect(FILTERS.map((entry) => shown(filter, entry)).slice(0, 2)).toEqual(["", "99.72"]);
  expect(shown(filter, { name: "max_age_s", per: 1 / 86_400 })).toBe("90");
});

test("saving an untouched form changes nothing", () => {
  const values = Object.fromEntries(FILTERS.map((entry) => [entry.name, shown(filter, entry)]));
  expect(taken(filter, FILTERS, values)).toMatchObject(filter);
});

test("an emptied field switches its rule off", () => {
  expect(
    taken(filter, [{ name: "max_speed_mps", per: 3.6 }], { max_speed_mps: "" }).max_speed_mps,
  ).toBeNull();
});
