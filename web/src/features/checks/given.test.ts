import { expect, test } from "vitest";
import type { Vocabulary } from "../../api/routes";
import { type Draft, forget } from "./facts";
import { answersOf, wayOf } from "./given";

const WORDS = {
  traits: [
    { id: "battery", question: "Is there a battery?" },
    { id: "radio", question: "Does it send radio?" },
  ],
  measures: [{ id: "voltage", question: "Which voltage?" }],
  dates: [{ id: "order", title: "Day of the order" }],
} as unknown as Vocabulary;
const WAY = { origin: "CN", destination: "DE" };

test("every answer is told as the question that it answers", () => {
  const facts = {
    ...WAY,
    traits: ["battery"],
    not_traits: ["radio"],
    measures: { voltage: { value: 5, unit: "V" } },
    values: { USD: 20 },
    dates: { order: "2026-12-01" },
    answers: { "eu-x": false },
    no_other_traits: true,
  };
  const near_misses = [
    {
      rule: "eu-x",
      title: "Ships carry flags",
      severity: "label" as const,
      failed: { condition: "", expected: "", fact: "" },
    },
  ];
  const lines = answersOf({ facts, near_misses }, WORDS);
  expect(lines.map(({ field: _, ...line }) => line)).toEqual([
    { name: "Is there a battery?", text: "Yes" },
    { name: "Does it send radio?", text: "No" },
    { name: "Which voltage?", text: "5 V" },
    { name: "Value in USD", text: "20 USD" },
    { name: "Day of the order", text: "Dec 1, 2026" },
    { name: "Does it hold: Ships carry flags?", text: "No" },
    { name: "Anything else that was asked of it", text: "No" },
  ]);
  const { traits, not_traits, measures, values, dates, answers, no_other_traits, ...way } = lines.reduce(
    (draft: Draft, { field }) => forget(draft, field),
    facts,
  );
  expect([way, traits, not_traits, no_other_traits]).toEqual([WAY, [], [], false]);
  expect([measures, values, dates, answers]).toEqual([{}, {}, {}, {}]);
});

test("a way tells what was not said where it matters, and leaves the rest out", () => {
  expect(wayOf(WAY)).toEqual([
    { name: "From", text: "China" },
    { name: "To", text: "Germany" },
    { name: "Travels", text: "not said" },
    { name: "Value of the goods", text: "not said" },
  ]);
  expect(wayOf({ ...WAY, value: 0, currency: "EUR", quantity: 3 }).slice(-2)).toEqual([
    { name: "Value of the goods", text: "0 EUR" },
    { name: "Pieces", text: "3" },
  ]);
});
