import { describe, expect, test } from "vitest";
import type { ContextSaid } from "../api/contexts";
import { GROUPS } from "../ui/feature";
import { pages, parts } from "./features";
import { menuOf, missing, type Viewer } from "./menu";

/** A node that has everything the features ask for. */
const WHOLE: readonly ContextSaid[] = [...new Set([...pages, ...parts].map(({ context }) => context))].map(
  (name) => ({
    name,
    about: "",
    scopes: [...pages, ...parts].flatMap(({ context, scope }) => (context === name && scope ? [scope] : [])),
  }),
);
const EVERYTHING: Viewer = { scopes: ["*"], contexts: WHOLE };

function without(name: string): readonly ContextSaid[] {
  return WHOLE.filter((each) => each.name !== name);
}

function pathsOf(viewer: Viewer): string[] {
  return menuOf(pages, viewer).flatMap(({ entries }) => entries.map(({ path }) => path));
}

describe("the menu", () => {
  test("whoever may do everything is shown every entry, each once", () => {
    const entries = pages.filter(({ nav }) => nav).map(({ path }) => path);
    expect(pathsOf(EVERYTHING).sort()).toEqual([...new Set(entries)].sort());
  });

  test("its groups and entries stand in their order", () => {
    const menu = menuOf(pages, EVERYTHING);
    expect(menu.map(({ group }) => group)).toEqual([...GROUPS]);
    for (const { entries } of menu) {
      const orders = entries.map(({ order }) => order);
      expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b));
    }
  });

  test("an entry whose scope somebody lacks is not shown, nor is a group without entries", () => {
    const menu = menuOf(pages, { scopes: ["device:read"], contexts: WHOLE });
    const tracking = menu.find(({ group }) => group === "tracking");
    expect(tracking?.entries.map(({ path }) => path)).toEqual(["/devices"]);
    expect(menu.map(({ group }) => group)).toEqual(["tracking", "you"]);
  });

  test.each(WHOLE.map(({ name }) => name))("a node without %s shows nothing that it answers", (name) => {
    const shown = pathsOf({ scopes: ["*"], contexts: without(name) });
    const answered = pages.filter(({ context }) => context === name).map(({ path }) => path);
    expect(shown.filter((path) => answered.includes(path))).toEqual([]);
    expect(shown).toEqual(pathsOf(EVERYTHING).filter((path) => !answered.includes(path)));
  });

  test("a scope that no route of the context asks for opens nothing here", () => {
    const user = { name: "user", about: "", scopes: ["user:read"] };
    const shown = pathsOf({ scopes: ["*"], contexts: [user] });
    expect(shown).toContain("/people");
    expect(shown).not.toContain("/keys");
  });

  test("a node that does not say what it has leaves nothing out", () => {
    expect(pathsOf({ scopes: ["*"], contexts: null })).toEqual(pathsOf(EVERYTHING));
  });
});

describe("what keeps somebody from a page", () => {
  const page = { context: "tracking", scope: "device:read" };

  test("is the context, before the scope", () => {
    expect(missing(page, { scopes: [], contexts: without("tracking") })).toBe("context");
    expect(missing(page, { scopes: [], contexts: WHOLE })).toBe("scope");
    expect(missing(page, { scopes: ["device:read"], contexts: WHOLE })).toBe("");
  });

  test("is nothing on a page for everybody, as long as its context is there", () => {
    expect(missing({ context: "user" }, { scopes: [], contexts: WHOLE })).toBe("");
    expect(missing({ context: "user" }, { scopes: [], contexts: without("user") })).toBe("context");
  });
});

describe("the features", () => {
  test("keep every address that somebody may have kept", () => {
    expect(pages.map(({ path }) => path).sort()).toEqual(ADDRESSES);
  });

  test("fill slots of pages that are there", () => {
    const paths = pages.map(({ path }) => path);
    expect(parts.map(({ on }) => on).filter((on) => !paths.includes(on))).toEqual([]);
    expect(parts.map(({ on }) => on)).toContain("/map");
  });
});

const ADDRESSES = [
  "/alerts",
  "/check",
  "/checks",
  "/checks/:id",
  "/confirm",
  "/coverage",
  "/dead-letters",
  "/devices",
  "/devices/:id",
  "/exchange-rates",
  "/first",
  "/forgot",
  "/geofences",
  "/health",
  "/hs",
  "/invitation",
  "/invitations",
  "/keys",
  "/mail",
  "/map",
  "/notifications",
  "/notifications/preferences",
  "/packs",
  "/packs/:id",
  "/packs/:id/rules/:rule",
  "/people",
  "/privacy",
  "/profile",
  "/quarantine",
  "/reset",
  "/roles",
  "/rules",
  "/screenings",
  "/screenings/:id",
  "/security",
  "/share",
  "/shares",
  "/sign-in",
  "/sign-up",
  "/webhooks",
];
