import { expect, test } from "vitest";
import type { Question } from "../../../api/routes";
import { inOrder, isComplete, read, say, saidOf, tell, textOf, write } from "./facts";

const BATTERY: Question = { id: "trait:battery", field: "traits.battery", text: "Battery?", kind: "yes_no" };
const RESIDUAL: Question = { id: "answer:x", field: "answers.x", text: "So?", kind: "yes_no" };
const POWER: Question = {
  id: "measure:power",
  field: "measures.power",
  text: "Power?",
  kind: "number",
  units: ["W", "kW"],
};
const VALUE: Question = { id: "value:EUR", field: "value", text: "Worth?", kind: "money", currency: "EUR" };

test("an answer is a fact, and can be taken back", () => {
  const yes = say({}, BATTERY, "yes");
  expect(yes.traits).toEqual(["battery"]);
  const no = say(yes, BATTERY, "no");
  expect([no.traits, no.not_traits, saidOf(no, BATTERY)]).toEqual([[], ["battery"], "no"]);
  expect(saidOf(say(no, BATTERY, ""), BATTERY)).toBe("");
  expect(say({}, RESIDUAL, "no").answers).toEqual({ x: false });
  expect(say({ answers: { x: false } }, RESIDUAL, "").answers).toEqual({});
});

test("a number keeps its unit, and money its currency", () => {
  const known = tell({}, POWER, "2", "kW");
  expect(known.measures).toEqual({ power: { value: 2, unit: "kW" } });
  expect(textOf(known, POWER)).toEqual({ text: "2", unit: "kW" });
  expect(tell(known, POWER, "").measures).toEqual({});
  expect(tell({}, VALUE, "150")).toEqual({ value: 150, currency: "EUR" });
});

test("what was answered stays where it was", () => {
  expect(inOrder([BATTERY, POWER], [RESIDUAL], { traits: ["battery"] })).toEqual([BATTERY, RESIDUAL]);
});

test("an address holds what was said, and nothing else", () => {
  const draft = { description: "Toy", origin: "CN", destination: "DE", traits: ["toy"], not_traits: [] };
  expect(read(write(draft))).toEqual({
    description: "Toy",
    origin: "CN",
    destination: "DE",
    traits: ["toy"],
  });
  expect(isComplete(read(write(draft)))).toBe(true);
  expect(read("{nonsense")).toEqual({});
  expect(read("[1]")).toEqual({});
});
