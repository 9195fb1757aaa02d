import { expect, test } from "vitest";
import { linked } from "./linked";

test("links are found, and nothing of the text is lost", () => {
  const text = "Open:\n\nhttp://localhost/confirm#a_b-c\n\nThank you.";
  const parts = linked(text);
  expect(parts.map((part) => part.text).join("")).toBe(text);
  expect(parts.filter((part) => part.href)).toEqual([
    { text: "http://localhost/confirm#a_b-c", href: "http://localhost/confirm#a_b-c" },
  ]);
});

test("only web addresses become links", () => {
  expect(linked("javascript:alert(1) ftp://a").some((part) => part.href)).toBe(false);
});
