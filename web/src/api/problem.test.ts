import { expect, test } from "vitest";
import { ApiProblem, fieldsOf, problemOf } from "./problem";

const refused = (detail: string, kind = "bad-input", more = {}) => new ApiProblem(422, kind, detail, more);

test("a refusal that names a member of the body is about that field", () => {
  expect(fieldsOf(refused("Name is missing.", "bad-input", { field: "name" }))).toEqual(["name"]);
});

test("a member inside a list is shown at the list", () => {
  expect(fieldsOf(refused("No.", "bad-input", { field: "scopes[0]" }))).toEqual(["scopes"]);
});

test("a part that the node names itself is shown at its member", () => {
  const problem = refused("This polygon is empty.", "unfit", { field: "geometry.coordinates[0]" });
  expect(fieldsOf(problem)).toEqual(["geometry", "coordinates"]);
});

test("a weak password is shown beside the new password, if there are two", () => {
  expect(fieldsOf(refused("Too easy.", "weak-password"))[0]).toBe("new_password");
});

test("a refusal of an inner member is shown at it, if the form has no whole of it", () => {
  const problem = refused("Too soon.", "unfit", { field: "alerts.guarded[0].begins" });
  expect(fieldsOf(problem)).toEqual(["alerts", "begins", "guarded"]);
});

test("any other refusal is about the whole form", () => {
  expect(fieldsOf(refused("Not now."))).toEqual([]);
});

test("a problem document keeps its kind, its words and its extensions", async () => {
  const document = {
    type: "urn:entrepot:problem:tried-too-often",
    title: "Forbidden",
    status: 403,
    detail: "Later.",
    wait_s: 9,
  };
  const problem = await problemOf(new Response(JSON.stringify(document), { status: 403 }));
  expect(problem).toMatchObject({
    kind: "tried-too-often",
    status: 403,
    detail: "Later.",
    more: { wait_s: 9 },
  });
});

test("an answer that is no problem document is still one", async () => {
  expect((await problemOf(new Response("<html>", { status: 502, statusText: "Bad Gateway" }))).detail).toBe(
    "Bad Gateway",
  );
});
