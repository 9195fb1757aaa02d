import { expect, test } from "vitest";
import { headerOf, unguessed } from "./table";

test("a table's header is what stands between commas, semicolons or tabs", () => {
  expect(headerOf("\ufefflat;lon;time\n1;2;3")).toEqual(["lat", "lon", "time"]);
  expect(headerOf('"a","b c"\n')).toEqual(["a", "b c"]);
});

test("what is no table has no header", () => {
  for (const begin of ["<gpx>", '{"type":', "$GPRMC,1", "2026-03-01T12:00:00Z\t*\t{", ""])
    expect(headerOf(begin)).toBeNull();
});

test("columns that nobody can guess are asked for", () => {
  expect(unguessed(["Lat", "LNG", "Timestamp"])).toEqual([]);
  expect(unguessed(["N", "E", "when"])).toEqual(["latitude", "longitude"]);
});
