import { expect, test } from "vitest";
import { codeNote, written } from "./code-note";

const table = { edition: "HS2022" };

test.each([
  ["95", "95"],
  ["9503", "9503"],
  ["850760", "8507.60"],
  ["8507600090", "8507.60.00.90"],
  ["", ""],
])("%s is written %s", (digits, code) => {
  expect(written(digits)).toBe(code);
});

test("a code that is found as it is needs no words", () => {
  expect(codeNote({ digits: "9503", beginning: "9503", exists: true, table })).toBeNull();
  expect(codeNote({ digits: "", beginning: "", exists: null, table })).toBeNull();
});

test("a heading that does not exist is said to, with what is nearest", () => {
  expect(codeNote({ digits: "9599", beginning: "95", exists: false, table })).toBe(
    "HS2022 has no code 9599. Here is what begins with 95.",
  );
  expect(codeNote({ digits: "7700", beginning: "", exists: false, table })).toBe("HS2022 has no code 7700.");
});

test("a national code is led to its subheading", () => {
  expect(codeNote({ digits: "85076000", beginning: "850760", exists: true, table })).toContain("8507.60");
});

test("a code that is too long is no code", () => {
  const said = codeNote({ digits: "9503001234567", beginning: "9503", exists: true, table });
  expect(said).toContain("at most ten digits");
});

test("a heading known by number only says so", () => {
  expect(codeNote({ digits: "0305", beginning: "03", exists: true, table })).toContain("0305 exists");
  expect(codeNote({ digits: "950300", beginning: "9503", exists: null, table })).toContain(
    "9503.00 may exist",
  );
});

test("one digit is too little", () => {
  expect(codeNote({ digits: "9", beginning: "", exists: null, table })).toContain("two digits");
});
