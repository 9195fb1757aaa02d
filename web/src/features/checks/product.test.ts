import { expect, test } from "vitest";
import { confirmed, ofProduct, unlessElsewhere } from "./product";

const WAY = { origin: "CN", destination: "DE", value: 5, currency: "EUR" };
const SAID = { traits: ["battery"], not_traits: ["radio"], measures: { power: { value: 1, unit: "W" } } };
const NONE = new Map<string, readonly string[]>();

test("another product keeps the way, and forgets what was answered of the one before", () => {
  const before = { ...WAY, ...SAID, description: "Toy", hs_code: "950300", no_other_traits: true };
  expect(ofProduct(before, "Lamp", "9405")).toEqual({ ...WAY, description: "Lamp", hs_code: "9405" });
  expect(ofProduct(before, "Red toy", "9503")).toEqual({
    ...before,
    description: "Red toy",
    hs_code: "9503",
  });
  expect(ofProduct({ ...SAID, description: "Toy" }, "Lamp", "")).toEqual({
    description: "Lamp",
    hs_code: "",
  });
});

test("what was heard is said, denied, or left open where it was taken off", () => {
  const heard = [
    { trait: "battery", holds: true, words: "battery" },
    { trait: "radio", holds: false, words: "wireless" },
    { trait: "toy", holds: true, words: "toy" },
  ];
  expect(confirmed({ traits: ["toy", "laser"] }, heard, new Set(["toy"]), NONE)).toEqual({
    traits: ["laser", "battery"],
    not_traits: ["radio"],
  });
});

test("what was denied unseen is asked again of another market, way or code", () => {
  const draft = { hs_code: "9503", origin: "CN", destination: "DE", no_other_traits: true };
  expect(unlessElsewhere(draft, { ...draft, value: 5, currency: "EUR" }).no_other_traits).toBe(true);
  for (const other of [{ destination: "US" }, { mode: "air" as const }, { hs_code: "950300" }])
    expect(unlessElsewhere(draft, { ...draft, ...other }).no_other_traits).toBe(false);
});
