import { expect, test } from "vitest";
import { differing, inWords } from "./in-words";

test("codes of the house are said as words", () => {
  expect(inWords("severity", "prohibited")).toBe("Prohibited");
  expect(inWords("destinations", ["DE", "INT"])).toBe("Germany, Anywhere");
  expect(inWords("title", "Prohibited")).toBe("Prohibited");
  expect(inWords("notes", "")).toBe("not said");
});

test("parts of a rule are said member by member, with their labels", () => {
  expect(inWords("tests", [{ expect: "matched", facts: { origin: "CN", destination: "DE" } }])).toBe(
    "Expected: It applies; Facts: From: China; To: Germany",
  );
  expect(inWords("documents", [{ id: "doc", title: "Declaration" }])).toBe("Declaration");
});

test("nothing of what has a title is hidden behind it", () => {
  const vat = { title: "VAT", kind: "vat", rate: 21, basis: "value_and_duty" };
  expect(inWords("charges", [vat])).toBe("VAT (Kind: VAT; Rate in %: 21; Basis: value and duty)");
  expect(inWords("documents", [{ id: "a", title: "Declaration", about: "Signed." }])).toContain("Signed.");
});

test("of two lists only what differs is shown", () => {
  expect(differing(["a", "b"], ["b", "c"])).toEqual({ before: ["a"], after: ["c"] });
  expect(differing([{ id: "a" }], [{ id: "a" }, { id: "b" }])).toEqual({ before: [], after: [{ id: "b" }] });
  expect(differing(["a", "b"], ["b", "a"])).toEqual({ before: ["a", "b"], after: ["b", "a"] });
  expect(differing("a", "b")).toEqual({ before: "a", after: "b" });
});
