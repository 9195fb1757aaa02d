import { expect, test } from "vitest";
import { merge, put, same } from "./merge";

const BASE = { id: "eu-toy", revision: 3, title: "Toys", summary: "Old words", hs_include: ["9503"] };

test("what only one of the two changed is kept, whoever it was", () => {
  const mine = { ...BASE, title: "All toys" };
  const theirs = { ...BASE, revision: 4, summary: "New words", hs_include: ["9503", "9504"] };
  const { both, taken, clashes } = merge(BASE, mine, theirs);
  expect(both).toEqual({ ...BASE, title: "All toys", summary: "New words", hs_include: ["9503", "9504"] });
  expect(taken.map(({ field }) => field)).toEqual(["summary", "hs_include"]);
  expect(clashes).toEqual([]);
});

test("what they emptied is empty, and what they added is there", () => {
  const { summary, ...theirs } = BASE;
  const { both, taken } = merge(BASE, BASE, { ...theirs, notes: "Look again" });
  expect(both).toEqual({ ...theirs, notes: "Look again" });
  expect(taken).toEqual([
    { field: "summary", before: summary, after: null },
    { field: "notes", before: null, after: "Look again" },
  ]);
});

test("a member that both changed differently is a clash, and mine until somebody chooses", () => {
  const theirs = { ...BASE, title: "Theirs" };
  const { both, clashes } = merge(BASE, { ...BASE, title: "Mine" }, theirs);
  expect(both).toEqual({ ...BASE, title: "Mine" });
  expect(clashes).toEqual([{ field: "title", before: "Toys", theirs: "Theirs", mine: "Mine" }]);
  expect(put(both, theirs, ["title"]).title).toBe("Theirs");
});

test("the same change by both is no clash", () => {
  const changed = { ...BASE, title: "Ours" };
  expect(merge(BASE, changed, changed)).toEqual({ both: changed, taken: [], clashes: [] });
});

test("what is not said and what is empty are the same, and order of members does not matter", () => {
  expect(same(undefined, [])).toBe(true);
  expect(same("", null)).toBe(true);
  expect(same({ a: 1, b: [] }, { a: 1 })).toBe(true);
  expect(same([{ a: 1, b: 2 }], [{ b: 2, a: 1 }])).toBe(true);
  expect(same(["a", "b"], ["b", "a"])).toBe(false);
});
