/** What somebody has said of a product so far. It stands in the page's address, so that it can be reloaded. */
import type { ProductFacts, Question, TraitView } from "../../api/routes";

export type Draft = Partial<ProductFacts>;
export type Said = "yes" | "no" | "";

export function read(text: string | null): Draft {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return typeof found === "object" && found !== null && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
}

/** Without what is empty, so that an address stays short. */
export function write(draft: Draft): string {
  return JSON.stringify(draft, (_, value) => (isEmpty(value) ? undefined : value));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

export function isComplete(draft: Draft): draft is Draft & ProductFacts {
  return Boolean(draft.origin && draft.destination && (draft.hs_code || draft.description));
}

/** `traits.battery` is the member `battery` of `traits`. */
function parts(field: string): [string, string] {
  const at = field.indexOf(".");
  return at < 0 ? [field, ""] : [field.slice(0, at), field.slice(at + 1)];
}

export function saidOf(draft: Draft, question: Question): Said {
  const [member, name] = parts(question.field);
  if (member === "answers") {
    const answer = draft.answers?.[name];
    return answer === undefined ? "" : answer ? "yes" : "no";
  }
  if (draft.traits?.includes(name)) return "yes";
  return draft.not_traits?.includes(name) ? "no" : "";
}

/** What follows from each trait, however far. */
export type Implied = ReadonlyMap<string, readonly string[]>;

export function impliedBy(traits: readonly Pick<TraitView, "id" | "implies">[]): Implied {
  const direct = new Map(traits.map(({ id, implies }) => [id, implies]));
  const all = (id: string): string[] => (direct.get(id) ?? []).flatMap((each) => [each, ...all(each)]);
  return new Map(traits.map(({ id }) => [id, all(id)]));
}

/** The facts with a yes, a no, or with neither again. */
export function say(draft: Draft, question: Question, said: Said, implied: Implied): Draft {
  const [member, name] = parts(question.field);
  if (member === "answers") {
    const { [name]: _, ...answers } = draft.answers ?? {};
    return { ...draft, answers: said ? { ...answers, [name]: said === "yes" } : answers };
  }
  return withTrait(draft, name, said, implied);
}

/** The last word counts: what was said before and contradicts it is taken back. */
export function withTrait(draft: Draft, name: string, said: Said, implied: Implied): Draft {
  const traits = (draft.traits ?? []).filter(
    (each) => each !== name && !(said === "no" && implied.get(each)?.includes(name)),
  );
  const follows = said === "yes" ? (implied.get(name) ?? []) : [];
  const not_traits = (draft.not_traits ?? []).filter((each) => each !== name && !follows.includes(each));
  if (said === "yes") traits.push(name);
  if (said === "no") not_traits.push(name);
  return { ...draft, traits, not_traits };
}

/** The text that was given to a question that wants more than yes or no. */
export function textOf(draft: Draft, question: Question): { text: string; unit: string } {
  const [member, name] = parts(question.field);
  const unit = question.units?.[0] ?? "";
  if (member === "measures") {
    const found = draft.measures?.[name];
    return found ? { text: String(found.value), unit: found.unit } : { text: "", unit };
  }
  if (member === "dates") return { text: String((draft.dates as Loose)?.[name] ?? ""), unit };
  if (member === "values") return { text: String(draft.values?.[name] ?? ""), unit };
  return { text: String((draft as Loose)[member] ?? ""), unit };
}

type Loose = Record<string, unknown>;

/** The facts with a number, a day, a code or a choice; an empty text takes it away again. */
export function tell(draft: Draft, question: Question, text: string, unit = ""): Draft {
  const [member, name] = parts(question.field);
  const number = question.kind === "number" || question.kind === "money";
  const value = text === "" ? undefined : number ? Number(text) : text;
  if (!name) {
    const currency = member === "value" && value !== undefined ? { currency: question.currency || null } : {};
    return { ...draft, ...currency, [member]: value ?? null };
  }
  const inner = { ...(draft as Loose as Record<string, Loose>)[member] };
  if (value === undefined) delete inner[name];
  else inner[name] = member === "measures" ? { value, unit } : value;
  return { ...draft, [member]: inner };
}

/** The facts as if this member had never been told. */
export function forget(draft: Draft, field: string): Draft {
  const [member, name] = parts(field);
  if (member === "traits") return withTrait(draft, name, "", new Map());
  if (!name) return { ...draft, [member]: false };
  const { [name]: _, ...rest } = (draft as Loose as Record<string, Loose>)[member] ?? {};
  return { ...draft, [member]: rest };
}

/** Questions in the order in which they first came up: whatever is answered, none moves. */
export function inOrder(seen: readonly Question[], asked: readonly Question[]): Question[] {
  const open = new Map(asked.map((each) => [each.id, each]));
  const known = new Set(seen.map((each) => each.id));
  const fresh = asked.filter((each) => !known.has(each.id));
  return [...seen.map((each) => open.get(each.id) ?? each), ...tellingFirst(fresh)];
}

/** What settles most rules, first. */
export function tellingFirst(questions: readonly Question[]): Question[] {
  return [...questions].sort((a, b) => (b.rules?.length ?? 0) - (a.rules?.length ?? 0));
}

export function isAnswered(draft: Draft, question: Question): boolean {
  return question.kind === "yes_no" ? saidOf(draft, question) !== "" : textOf(draft, question).text !== "";
}
