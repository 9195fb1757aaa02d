import { expect, test } from "vitest";
import { inside } from "./provider";

test.each(["/", "/map?device=1", "/packs/a/b"])("%s stays", (path) => {
  expect(inside(path)).toBe(path);
});

test.each([
  null,
  "",
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "\\/x",
  "/\t/evil.example",
  "/\n/evil.example",
  "/\r\\evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
])("%s leads to the start", (path) => {
  expect(inside(path)).toBe("/");
});
