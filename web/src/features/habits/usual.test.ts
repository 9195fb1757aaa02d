import { expect, test } from "vitest";
import { partsOf, saidOfWeek } from "./usual";

test("days with the same hours are said together", () => {
  const week = Array.from({ length: 168 }, (_, hour) =>
    hour < 120 && hour % 24 >= 8 && hour % 24 < 17 ? 0.9 : 0.1,
  );
  expect(partsOf(week)).toEqual([{ days: [0, 1, 2, 3, 4], from: 8, until: 17 }]);
  expect(saidOfWeek(week)).toBe("Mon–Fri 8:00–17:00");
  expect(saidOfWeek([])).toBe("");
});
