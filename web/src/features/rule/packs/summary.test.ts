import { expect, test } from "vitest";
import { SECTIONS, type Spec } from "./specs";
import { saysNothing, summaryOf } from "./summary";

const field = (name: string): Spec => {
  const found = SECTIONS.flatMap(({ fields }) => fields).find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
};

test("a test says what it expects of what", () => {
  const facts = { hs_code: "9503", origin: "CN", destination: "DE", traits: ["toy"], not_traits: ["radio"] };
  expect(summaryOf(field("tests"), { expect: "matched", facts })).toBe(
    "It applies · 9503 · CN → DE · toy · not radio",
  );
});

test("another part says its members, and a new one that there is nothing yet", () => {
  const charge = { kind: "vat", title: "Import VAT", rate: 19, basis: "value" };
  expect(summaryOf(field("charges"), charge)).toBe("Import VAT · VAT · value · 19");
  expect(summaryOf(field("evidence"), {})).toBe("Nothing yet");
});

test("a section is empty until somebody says something in it, and never if it has to be filled", () => {
  const money = SECTIONS.find(({ name }) => name === "money")?.fields ?? [];
  expect(saysNothing(money, { charges: [] })).toBe(true);
  expect(saysNothing(money, { charges: [{ kind: "vat" }] })).toBe(false);
  const source = SECTIONS.find(({ name }) => name === "source")?.fields ?? [];
  expect(saysNothing(source, {})).toBe(false);
});
