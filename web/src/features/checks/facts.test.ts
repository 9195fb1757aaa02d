import { expect, test } from "vitest";
import type { Question } from "../../api/routes";
import { impliedBy, inOrder, isComplete, read, say as sayWith, saidOf, tell, textOf, write } from "./facts";
import type { Draft, Said } from "./facts";

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

const IMPLIED = impliedBy([
  { id: "battery", implies: [] },
  { id: "lithium", implies: ["battery"] },
  { id: "lithium_ion", implies: ["lithium"] },
]);
const say = (draft: Draft, question: Question, said: Said) => sayWith(draft, question, said, IMPLIED);

test("the last word counts: what contradicts it is taken back", () => {
  const no = say({ traits: ["lithium_ion", "toy"] }, BATTERY, "no");
  expect([no.traits, no.not_traits]).toEqual([["toy"], ["battery"]]);
  const ion: Question = { ...BATTERY, id: "trait:lithium_ion", field: "traits.lithium_ion" };
  const yes = say({ ...no, not_traits: ["battery", "radio"] }, ion, "yes");
  expect([yes.traits, yes.not_traits]).toEqual([["toy", "lithium_ion"], ["radio"]]);
});

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

test("no question moves when another is answered, and new ones come last", () => {
  expect(inOrder([BATTERY, POWER], [RESIDUAL, POWER])).toEqual([BATTERY, POWER, RESIDUAL]);
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
