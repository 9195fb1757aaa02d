/** Two people changed the same thing: what both made of what both began from. */
import type { Loose } from "./specs";

/** A member that both changed, and differently; `undefined` where it is not said. */
export interface Clash {
  field: string;
  base: unknown;
  mine: unknown;
  theirs: unknown;
  /** Of two lists, what both came to together. */
  both?: unknown;
}

export type Chosen = Readonly<Record<string, "mine" | "theirs" | "both">>;

export interface Merged<T> {
  /** Both people's work; where they clash, mine. */
  merged: T;
  /** What only they changed, and is taken over. */
  taken: readonly string[];
  clashes: readonly Clash[];
}

/** Counted by the program, so nobody has to choose. */
const COUNTED = "revision";

export function merge<T extends object>(base: T, mine: T, theirs: T): Merged<T> {
  const [was, here, there] = [base, mine, theirs] as unknown as [Loose, Loose, Loose];
  const merged: Loose = {};
  const taken: string[] = [];
  const clashes: Clash[] = [];
  for (const field of new Set([...Object.keys(there), ...Object.keys(here), ...Object.keys(was)])) {
    const theyDid = !same(was[field], there[field]);
    const iDid = !same(was[field], here[field]);
    const both = theyDid && iDid && !same(here[field], there[field]);
    const joined = both ? joinedLists(was[field], here[field], there[field]) : undefined;
    if (joined) merged[field] = joined;
    else if (both && field !== COUNTED) {
      merged[field] = here[field];
      const both = unitedLists(was[field], here[field], there[field]);
      const clash = { field, base: was[field], mine: here[field], theirs: there[field] };
      clashes.push(both ? { ...clash, both } : clash);
    } else merged[field] = theyDid ? there[field] : here[field];
    if (theyDid && field !== COUNTED && (!iDid || joined)) taken.push(field);
    if (merged[field] === undefined) delete merged[field];
  }
  return { merged: merged as unknown as T, taken, clashes };
}

/** The merged whole with what was chosen where both clash. */
export function settled<T extends object>({ merged, clashes }: Merged<T>, chosen: Chosen): T {
  const whole = { ...merged } as unknown as Loose;
  for (const clash of clashes) {
    const value = clash[chosen[clash.field] ?? "mine"];
    if (value === undefined) delete whole[clash.field];
    else whole[clash.field] = value;
  }
  return whole as unknown as T;
}

/** Both people's additions, without what either took away; nothing if they are no lists. */
function unitedLists(base: unknown, mine: unknown, theirs: unknown): unknown[] | undefined {
  const lists = [base ?? [], mine ?? [], theirs ?? []];
  if (!lists.every(Array.isArray)) return undefined;
  const [was = [], here = [], there = []] = lists as unknown[][];
  const has = (list: unknown[], entry: unknown) => list.some((each) => same(each, entry));
  const kept = there.filter((each) => has(here, each) || !has(was, each));
  return [...kept, ...here.filter((each) => !has(there, each) && !has(was, each))];
}

interface Named {
  id: string;
}

/** Entries with ids, such as documents, are merged one by one; nothing if the same one clashes. */
function joinedLists(base: unknown, mine: unknown, theirs: unknown): Named[] | undefined {
  if (!allNamed(base) || !allNamed(mine) || !allNamed(theirs)) return undefined;
  const [was, here, there] = [base, mine, theirs].map((list) => new Map(list.map((each) => [each.id, each])));
  const found: Named[] = [];
  for (const id of new Set([...base, ...theirs, ...mine].map((each) => each.id))) {
    const [before, one, other] = [was?.get(id), here?.get(id), there?.get(id)];
    if (!same(before, one) && !same(before, other) && !same(one, other)) return undefined;
    const kept = same(before, one) ? other : one;
    if (kept) found.push(kept);
  }
  return found;
}

function allNamed(list: unknown): list is Named[] {
  return Array.isArray(list) && list.every((each) => typeof each?.id === "string");
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

/** The order of members means nothing. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, ordered(member)]),
  );
}
