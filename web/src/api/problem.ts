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

const PREFIX = "urn:entrepot:problem:";
const OF_FIELD = /^(?:The body does not fit: )?(.+?) - at `\$\.([a-z_]+)[^`]*`$/s;
const MISSING_FIELD = /missing required field `([a-z_]+)`/;

/** The member of the body that a refusal is about, and what is wrong with it. */
export function fieldOf(problem: ApiProblem): { field: string; text: string } | null {
  if (typeof problem.more.field === "string") return { field: problem.more.field, text: problem.detail };
  const found = OF_FIELD.exec(problem.detail);
  if (found?.[1] && found[2]) return { field: found[2], text: found[1] };
  const missing = MISSING_FIELD.exec(problem.detail);
  return missing?.[1] ? { field: missing[1], text: problem.detail } : null;
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
