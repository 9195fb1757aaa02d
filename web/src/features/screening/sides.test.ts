import { expect, test } from "vitest";
import { sides } from "./sides";

test.each([
  ["name", "Viktor Petrov ~ Виктор Петров", "Viktor Petrov here, Виктор Петров on the list"],
  ["country", "RU ~ UA, DE", "Russia here, Ukraine, Germany on the list"],
  ["kind", "person ~ vessel", "a person here, a ship on the list"],
  ["birth_date", "1970 ~ 1970-04-21", "1970 here, 1970-04-21 on the list"],
] as const)("%s is said in words", (part, text, said) => {
  expect(sides({ part, text })).toBe(said);
});
