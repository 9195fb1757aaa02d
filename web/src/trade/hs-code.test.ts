import { expect, test } from "vitest";
import type { CodeView } from "../api/routes";
import { codeTrouble, digitsOf, lookedUp, standing } from "./hs-code";

test.each([
  ["9503", ""],
  ["9503.00", ""],
  ["9503 00 75", ""],
  ["95", "Give at least four digits, such as 9503."],
  ["7701", "Chapter 77 is not in use."],
  ["9801.00", "Chapter 98 is not in use."],
  ["00", "Chapter 00 is not in use."],
  ["95030", "A code has 4, 6, 8 or 10 digits; this one has 5."],
  ["95030075123", "A code has 4, 6, 8 or 10 digits; this one has 11."],
  ["9503a", "A code has only digits; dots and spaces may stand between them."],
])("%s: %s", (typed, trouble) => {
  expect(codeTrouble(digitsOf(typed))).toBe(trouble);
});

test("what is looked up is the heading, or the chapter while that is all there is", () => {
  expect(["9", "95", "950", "9503", "95030", "950300", "7701"].map(lookedUp)).toEqual([
    "",
    "95",
    "95",
    "9503",
    "",
    "9503",
    "",
  ]);
});

const line = (code: string, title: string) => ({ code, title, text: "" });
const heading = (source: "own" | "imported") =>
  ({
    ...line("9503", "Toys"),
    children: [line("950300", "All toys")],
    table: { source },
  }) as unknown as CodeView;

test("a code is confirmed by its own title, and a short one shows what is below it", () => {
  expect(standing(heading("own"), "9503").deeper).toEqual([line("950300", "All toys")]);
  expect(standing(heading("own"), "9503007500")).toEqual({
    line: line("950300", "All toys"),
    deeper: [],
    missing: "",
  });
});

test("only a whole table knows that a code is missing", () => {
  expect(standing(heading("imported"), "950399").missing).toBe("surely");
  expect(standing(heading("own"), "950399").missing).toBe("perhaps");
});
