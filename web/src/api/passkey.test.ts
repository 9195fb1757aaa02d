import { expect, test } from "vitest";
import { bytes, text } from "./passkey";

test.each([[[]], [[0]], [[251, 255]], [[1, 2, 3]], [[255, 254, 253, 252]]])("%j comes back", (some) => {
  const data = Uint8Array.from(some);
  expect(text(data.buffer)).not.toMatch(/[+/=]/);
  expect([...bytes(text(data.buffer))]).toEqual(some);
});
