import { expect, test } from "vitest";
import { parser } from "./stream";

test("an event is whole only at its empty line", () => {
  const parse = parser();
  expect(parse('data: {"a"')).toEqual([]);
  expect(parse(":1}\n\ndata: 2\n")).toEqual(['{"a":1}']);
  expect(parse("\n")).toEqual(["2"]);
});

test("a comment that keeps the line open is no event", () => {
  expect(parser()(": still here\n\n:\n\n")).toEqual([]);
});

test("several lines of data are one text", () => {
  expect(parser()("event: fix\ndata: a\ndata: b\n\n")).toEqual(["a\nb"]);
});
