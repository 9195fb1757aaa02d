import { expect, test } from "vitest";
import { ApiProblem } from "../../api/problem";
import { flawSaid, refusedIn, sectionOf } from "./mended";

test("every member is in a section of the form, also an inner one", () => {
  expect(sectionOf("destinations[3]")).toBe("where");
  expect(sectionOf("citation.checked_on")).toBe("source");
  expect(sectionOf("evidence[0].waivers[1].numeric[0]")).toBe("proof");
  expect(sectionOf("tests")).toBe("tests");
  expect(sectionOf("")).toBeUndefined();
  expect(sectionOf(undefined)).toBeUndefined();
});

test("a flaw is said with the label of its field", () => {
  expect(flawSaid({ code: "hs_code", field: "hs_include[0]", reason: "there is no code 9999." })).toBe(
    "“Codes”: there is no code 9999.",
  );
  expect(flawSaid({ code: "overlap", reason: "it says the same." })).toBe("It says the same.");
});

test("what the node calls by its name is called by its label here", () => {
  const problem = new ApiProblem(422, "bad-input", "Destinations needs 1 entry at least.", {
    field: "rule.destinations",
  });
  expect(refusedIn(problem)).toEqual({ field: "destinations", text: "“To” needs 1 entry at least." });
  expect(refusedIn(new ApiProblem(500, "unexpected", "No."))).toBeNull();
});
