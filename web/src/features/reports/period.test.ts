import { expect, test } from "vitest";
import { isoDay, spanOf } from "./period";

const NONE = { from: "", to: "" };
const at = new Date(2026, 2, 31, 15, 30);
const said = (period: string, days = NONE) => {
  const span = spanOf(period, days, at);
  return span && [isoDay(span.from), isoDay(span.to)];
};

test("periods are whole days, today included", () => {
  expect(said("today")).toEqual(["2026-03-31", "2026-04-01"]);
  expect(said("yesterday")).toEqual(["2026-03-30", "2026-03-31"]);
  expect(said("week")).toEqual(["2026-03-25", "2026-04-01"]);
  expect(said("anything else")).toEqual(said("week"));
});

test("the last month ends where this one begins, however long it was", () => {
  expect(said("month")).toEqual(["2026-03-01", "2026-04-01"]);
  expect(said("last-month")).toEqual(["2026-02-01", "2026-03-01"]);
});

test("own days are both included, and no others are made of nonsense", () => {
  expect(said("days", { from: "2026-03-01", to: "2026-03-01" })).toEqual(["2026-03-01", "2026-03-02"]);
  expect(said("days", { from: "2026-03-02", to: "2026-03-01" })).toBeNull();
  expect(said("days", { from: "", to: "2026-03-01" })).toBeNull();
});
