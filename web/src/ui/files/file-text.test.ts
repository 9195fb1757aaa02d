import { expect, test } from "vitest";
import { decoded, otherKind, shortName, tooLarge, UnfitFile } from "./file-text";

const MB = 1024 * 1024;

test("a file above the limit is told its size and the limit", () => {
  expect(tooLarge(18 * MB, 16 * MB)).toBe("This file is 18 MB; at most 16 MB are taken.");
  expect(tooLarge(16 * MB + 1, 16 * MB)).toBe("This file is 16.1 MB; at most 16 MB are taken.");
  expect(tooLarge(16 * MB, 16 * MB)).toBeNull();
});

test("UTF-8 is read with and without its mark", () => {
  expect(decoded(new TextEncoder().encode("\ufeffid,name\n1,José"))).toBe("id,name\n1,José");
});

test.each([
  ["Latin-1", [0x4a, 0x6f, 0x73, 0xe9]],
  ["UTF-16 with its mark", [0xff, 0xfe, 0x69, 0x00]],
  ["UTF-16 without", [0x69, 0x00, 0x64, 0x00]],
])("%s is refused with how to save it", (_, bytes) => {
  expect(() => decoded(new Uint8Array(bytes))).toThrow(/save it as “CSV UTF-8”/);
});

test("a picture is called no text, instead of telling how to save it", () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  expect(() => decoded(png)).toThrow(/no text file/);
});

test("a file of another kind is told which ones fit", () => {
  expect(otherKind("rules.YAML", ".yaml,.csv")).toBeNull();
  expect(otherKind("rules.png", ".yaml,.csv")).toBe(
    "“rules.png” is no such file. Choose one that ends in .yaml or .csv.",
  );
});

test("a spreadsheet is called one", () => {
  expect(() => decoded(new Uint8Array([0x50, 0x4b, 3, 4]))).toThrow(UnfitFile);
  expect(() => decoded(new Uint8Array([0x50, 0x4b, 3, 4]))).toThrow(/spreadsheet/);
});

test.each([
  ["Consolidated list of the EU", "consolidated-list-of-the-eu"],
  ["Liste générale (2026)", "liste-generale-2026"],
  ["  ", ""],
  ["Россия", ""],
  [`${"a".repeat(39)} b`, "a".repeat(39)],
])("%s is %s for machines", (title, name) => {
  expect(shortName(title)).toBe(name);
});
