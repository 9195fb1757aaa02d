/** Two people's edits of the same thing, put together member by member against what both began from. */
export type Loose = Readonly<Record<string, unknown>>;

/** A member that both changed, and not to the same. */
export interface Clash {
  field: string;
  before: unknown;
  theirs: unknown;
  mine: unknown;
}

export interface Merged {
  /** Both edits; where they clash, mine. */
  both: Loose;
  /** What only they changed. */
  taken: readonly { field: string; before: unknown; after: unknown }[];
  clashes: readonly Clash[];
}

/** Counted by the node, so no edit of anybody's. */
const COUNTED = "revision";

export function merge(base: Loose, mine: Loose, theirs: Loose): Merged {
  const fields = [...new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])];
  const moved = fields.filter((each) => each !== COUNTED && !same(base[each], theirs[each]));
  const taken = moved.filter((each) => same(base[each], mine[each]));
  const clashes = moved.filter((each) => !taken.includes(each) && !same(mine[each], theirs[each]));
  return {
    both: put(mine, theirs, taken),
    taken: taken.map((field) => ({ field, before: base[field] ?? null, after: theirs[field] ?? null })),
    clashes: clashes.map((field) => ({
      field,
      before: base[field] ?? null,
      theirs: theirs[field] ?? null,
      mine: mine[field] ?? null,
    })),
  };
}

/** The first, with these members of the second. */
export function put(first: Loose, second: Loose, fields: readonly string[]): Loose {
  const others = Object.entries(first).filter(([name]) => !fields.includes(name));
  const theirs = fields.filter((name) => second[name] !== undefined).map((name) => [name, second[name]]);
  return Object.fromEntries([...others, ...theirs]);
}

/** A member that is not said, is empty or is null says the same. */
export function same(one: unknown, other: unknown): boolean {
  return form(one) === form(other);
}

function form(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value)) return value.length ? `[${value.map(form).join()}]` : "";
  if (typeof value !== "object") return JSON.stringify(value);
  const said = Object.entries(value).filter(([, each]) => form(each) !== "");
  return `{${said
    .map(([name, each]) => `${name}:${form(each)}`)
    .sort()
    .join()}}`;
}
