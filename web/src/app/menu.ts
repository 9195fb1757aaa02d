/** What somebody is shown: what the contexts of this node serve, and of that what the person may do. */
import { type ContextSaid, useContexts } from "../api/contexts";
import { allows, useMe } from "../api/me";
import { type FeaturePage, type Group, GROUPS } from "../ui/feature";
import type { Placed } from "./features";

export interface Viewer {
  scopes: readonly string[];
  /** null: the node does not say. */
  contexts: readonly ContextSaid[] | null;
}

/** undefined until both are known. */
export function useViewer(): Viewer | undefined {
  const scopes = useMe().data?.scopes;
  const contexts = useContexts();
  return scopes && contexts !== undefined ? { scopes, contexts } : undefined;
}

interface Asked {
  context: string;
  scope?: string;
}

/** What keeps somebody from something: that this node has no such part, or that they lack the scope. */
export function missing({ context, scope }: Asked, { scopes, contexts }: Viewer): "" | "context" | "scope" {
  const said = contexts?.find(({ name }) => name === context);
  const served = !contexts || (said && (scope === undefined || said.scopes.includes(scope)));
  if (!served) return "context";
  return allows(scopes, scope) ? "" : "scope";
}

export type MenuEntry = NonNullable<FeaturePage["nav"]> & { path: string };

/** The groups that hold something, each with its entries in their order. */
export function menuOf(
  pages: readonly Placed<FeaturePage>[],
  viewer: Viewer,
): { group: Group; entries: MenuEntry[] }[] {
  const entries = pages.flatMap((page): MenuEntry[] =>
    page.nav && !missing(page, viewer) ? [{ ...page.nav, path: page.path }] : [],
  );
  return GROUPS.map((group) => ({
    group,
    entries: entries.filter((entry) => entry.group === group).sort((a, b) => a.order - b.order),
  })).filter(({ entries }) => entries.length > 0);
}
