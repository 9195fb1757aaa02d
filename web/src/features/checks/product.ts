/** Which product is meant, and what its description says of it. */
import type { Described } from "../../api/routes";
import { type Draft, type Implied, withTrait } from "./facts";

/** The same way with this product. What was answered of another one is forgotten; the same heading may stay. */
export function ofProduct(draft: Draft, description: string, hs_code: string): Draft {
  const before = draft.hs_code?.slice(0, 4) ?? "";
  const same = hs_code ? before === hs_code.slice(0, 4) : !before && draft.description === description;
  if (same) return { ...draft, description, hs_code };
  const { origin, destination, transit, date, mode, role, value, currency, quantity } = draft;
  const way = { origin, destination, transit, date, mode, role, value, currency, quantity };
  return { ...(JSON.parse(JSON.stringify(way)) as Draft), description, hs_code };
}

/** What somebody denied unseen were the questions of one product and one way; of another they are asked again. */
export function unlessElsewhere(draft: Draft, next: Draft): Draft {
  const same = WAY.every(
    (field) => JSON.stringify(draft[field] ?? null) === JSON.stringify(next[field] ?? null),
  );
  return same || !draft.no_other_traits ? next : { ...next, no_other_traits: false };
}

const WAY = ["hs_code", "origin", "destination", "transit", "mode", "date"] as const;

/** With what the description says, but for what was taken off: that is neither said nor denied. */
export function confirmed(
  draft: Draft,
  heard: readonly Described[],
  off: ReadonlySet<string>,
  implied: Implied,
): Draft {
  return heard.reduce(
    (next, { trait, holds }) => withTrait(next, trait, off.has(trait) ? "" : holds ? "yes" : "no", implied),
    draft,
  );
}
