import { expect, test } from "vitest";
import { merge, settled } from "./merge";

interface Kept {
  title: string;
  summary?: string;
  notes?: string;
  modes?: string[];
  revision?: number;
  documents?: { id: string; title: string }[];
}
const base: Kept = { title: "Toys", summary: "Old", modes: ["air"] };

test("what only they changed is taken over, what only I changed is kept", () => {
  const found = merge(base, { ...base, notes: "mine" }, { ...base, title: "Toys and games" });
  expect(found).toEqual({
    merged: { title: "Toys and games", summary: "Old", modes: ["air"], notes: "mine" },
    taken: ["title"],
    clashes: [],
  });
});

test("what only they filled in is not emptied, and what only they emptied stays empty", () => {
  const theirs: Kept = { title: "Toys", modes: ["air"], notes: "theirs" };
  const found = merge(base, { ...base, modes: ["air", "sea"] }, theirs);
  expect(found.merged).toEqual({ title: "Toys", modes: ["air", "sea"], notes: "theirs" });
  expect(found.taken).toEqual(["notes", "summary"]);
});

test("what both changed differently is for a person to choose", () => {
  const found = merge(base, { ...base, title: "Mine" }, { ...base, title: "Theirs", notes: "theirs" });
  expect(found.clashes).toEqual([{ field: "title", base: "Toys", mine: "Mine", theirs: "Theirs" }]);
  expect(settled(found, {})).toMatchObject({ title: "Mine", notes: "theirs" });
  expect(settled(found, { title: "theirs" })).toMatchObject({ title: "Theirs", notes: "theirs" });
});

test("what they emptied while I changed it may be left empty", () => {
  const { summary: _, ...emptied } = base;
  const found = merge<Kept>(base, { ...base, summary: "Mine" }, emptied);
  expect(found.clashes).toHaveLength(1);
  expect("summary" in settled(found, { summary: "theirs" })).toBe(false);
});

test("of lists that both changed, both changes can be kept", () => {
  const found = merge(
    { ...base, modes: ["air", "rail"] },
    { ...base, modes: ["air", "rail", "sea"] },
    { ...base, modes: ["air", "road"] },
  );
  expect(found.clashes[0]).toMatchObject({ field: "modes", both: ["air", "road", "sea"] });
  expect(settled(found, { modes: "both" }).modes).toEqual(["air", "road", "sea"]);
  expect(settled(found, { modes: "mine" }).modes).toEqual(["air", "rail", "sea"]);
  expect(merge(base, { ...base, title: "A" }, { ...base, title: "B" }).clashes[0]).not.toHaveProperty("both");
});

test("the same change by both is no clash, whatever the order of members", () => {
  const one = { ...base, title: "New" };
  expect(merge(base, one, { modes: ["air"], summary: "Old", title: "New" }).clashes).toEqual([]);
});

test("a revision that the program counts is nobody's choice", () => {
  const found = merge({ ...base, revision: 1 }, { ...base, revision: 1 }, { ...base, revision: 2 });
  expect(found).toMatchObject({ merged: { revision: 2 }, taken: [], clashes: [] });
  expect(merge({ ...base, revision: 1 }, { ...base, revision: 3 }, { ...base, revision: 2 }).clashes).toEqual(
    [],
  );
});

test("documents that both added are all kept; the same one changed twice clashes", () => {
  const [a, b, c] = ["a", "b", "c"].map((id) => ({ id, title: id }));
  const was = { title: "Pack", documents: [a!] };
  const both = merge(was, { ...was, documents: [a!, b!] }, { ...was, documents: [c!] });
  expect(both.merged.documents).toEqual([c, b]);
  expect(both.clashes).toEqual([]);
  const twice = merge(
    was,
    { ...was, documents: [{ id: "a", title: "Mine" }] },
    { ...was, documents: [{ id: "a", title: "Theirs" }] },
  );
  expect(twice.clashes).toHaveLength(1);
});
