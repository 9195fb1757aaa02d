import { expect, test } from "vitest";
import { partsOf } from "./terms";

const WORDS = { CE: "a mark", CBAM: "a levy", UN: "nations", "UN 38.3": "tests" };
const marked = (text: string) =>
  partsOf(text, WORDS)
    .map(({ text: part, term }) => (term ? `[${part}]` : part))
    .join("");

test.each([
  ["Toys carry the CE mark", "Toys carry the [CE] mark"],
  ["CE, and again CE.", "[CE], and again CE."],
  ["Tested by UN 38.3 (UN)", "Tested by [UN 38.3] ([UN])"],
  ["CEO, PRICE and CBAM2", "CEO, PRICE and CBAM2"],
  ["CBAM", "[CBAM]"],
  ["", ""],
])("%s", (text, found) => expect(marked(text)).toBe(found));

test("nothing of the text is lost", () => {
  const text = "The CE mark: CBAM, UN and UN 38.3";
  expect(
    partsOf(text, WORDS)
      .map((part) => part.text)
      .join(""),
  ).toBe(text);
});
