/** What the node refused, as its problem document says it (RFC 9457). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    /** The kind of refusal: `urn:entrepot:problem:…` without its beginning. */
    readonly kind: string,
    readonly detail: string,
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.name = "ApiProblem";
  }
}

export function isProblem(error: unknown, kind: string): boolean {
  return error instanceof ApiProblem && error.kind === kind;
}

/** Which member of a form a refusal is about; the first that the form has. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "weak-password": ["new_password", "password"],
  "wrong-password": ["password"],
  "wrong-code": ["code"],
  "not-an-address": ["email"],
  "role-known": ["name"],
};
const PREFIX = "urn:entrepot:problem:";
const OF_FIELD = /^(?:The body does not fit: )?(.+?) - at `\$\.([^`]+)`$/s;
const MISSING_FIELD = /missing required field `([a-z_]+)`/;

export interface AboutField {
  fields: readonly string[];
  text: string;
}

/** The members of the body that a refusal may be about, and what is wrong; none if it is about the whole. */
export function fieldsOf(problem: ApiProblem): AboutField {
  const known = FIELDS[problem.kind];
  if (known) return { fields: known, text: problem.detail };
  const found = OF_FIELD.exec(problem.detail);
  if (typeof problem.more.field === "string")
    return { fields: membersOf(problem.more.field), text: found?.[1] ?? problem.detail };
  if (found?.[1] && found[2]) return { fields: membersOf(found[2]), text: found[1] };
  const missing = MISSING_FIELD.exec(problem.detail);
  return { fields: missing?.[1] ? [missing[1]] : [], text: problem.detail };
}

/** `alerts.guarded[0].begins`: the body's own member first, then from the innermost outwards. */
function membersOf(path: string): string[] {
  const [first, ...inner] = path.match(/[a-z_]\w*/g) ?? [];
  return first === undefined ? [] : [first, ...inner.reverse()];
}

export async function problemOf(answer: Response): Promise<ApiProblem> {
  try {
    const { type, detail, status: _status, title: _title, ...more } = await answer.json();
    return new ApiProblem(answer.status, String(type).replace(PREFIX, ""), String(detail), more);
  } catch {
    return new ApiProblem(answer.status, "unexpected", answer.statusText || `HTTP ${answer.status}`);
  }
}

/** Nobody answered at all. */
export function unreachable(): ApiProblem {
  return new ApiProblem(0, "unreachable", "");
}
