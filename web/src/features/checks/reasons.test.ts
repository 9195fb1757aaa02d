import { expect, test } from "vitest";
import { conditionText } from "./reasons";

test.each([
  ["traits_all", "battery", "battery: yes", "Is: battery (here: yes)"],
  [
    "traits_any",
    "toy, radio",
    "toy: no, radio: unknown",
    "Is one of: toy, radio (here: toy: no, radio: unknown)",
  ],
  ["voltage_ac", ">= 50 V", "not said", "Voltage ac: at least 50 V (here: not said)"],
  ["destination", "EU", "DE", "Destination: EU (here: Germany)"],
  ["origin", "INT", "CN", "Origin: anywhere (here: China)"],
])("%s reads as a sentence", (condition, expected, fact, text) => {
  expect(conditionText({ condition, expected, fact })).toBe(text);
});
