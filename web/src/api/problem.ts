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

export function isProblem(error: unknown, kind: string): error is ApiProblem {
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

/** The members of the body that a refusal may be about; none if it is about the whole. */
export function fieldsOf(problem: ApiProblem): readonly string[] {
  const known = FIELDS[problem.kind];
  if (known) return known;
  return typeof problem.more.field === "string" ? membersOf(problem.more.field) : [];
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
