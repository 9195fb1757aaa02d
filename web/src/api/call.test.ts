import { expect, test } from "vitest";
import { target } from "./call";

test("a path's parameters are escaped", () => {
  expect(target("/api/keys/{id}", { path: { id: "a/b c" } })).toBe("/api/keys/a%2Fb%20c");
});

test("what is not set is not asked for", () => {
  expect(target("/api/keys", { query: { cursor: undefined, limit: 50 } })).toBe("/api/keys?limit=50");
  expect(target("/api/keys", { query: { cursor: null } })).toBe("/api/keys");
});
