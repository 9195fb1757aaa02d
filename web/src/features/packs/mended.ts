/** Where in the form a flaw is mended, and how it is said there. */
import { ApiProblem } from "../../api/problem";
import { t } from "../../texts";
import { wordsFor } from "../../ui/notice";
import { labelOf } from "./in-words";
import { SECTIONS } from "./specs";

/** The section that holds a member of a rule: `citation.checked_on` is in that of the citation. */
export function sectionOf(field: string | undefined): string | undefined {
  const [member] = (field ?? "").split(/[.[]/);
  return SECTIONS.find(({ fields }) => fields.some(({ name }) => name === member))?.name;
}

/** The form's own word for a member: of the innermost that has one. */
export function labelAt(field: string | undefined): string {
  const words = (field ?? "").match(/[a-z_]+/g) ?? [];
  const known: Readonly<Record<string, string>> = t.ruleFields;
  const inner = words.filter((each) => known[each]).at(-1);
  return inner ? labelOf(inner) : "";
}

/** A flaw as a sentence. What has no shape names its member itself. */
export function flawSaid({ code, field, reason }: { code: string; field?: string; reason: string }): string {
  if (code === "shape") return withLabel(reason, field);
  const label = labelAt(field);
  return label ? t.packs.inField(label, reason) : reason.charAt(0).toUpperCase() + reason.slice(1);
}

/** Which member of the rule the node refused, and its words with the form's label. */
export function refusedIn(error: unknown): { field: string; text: string } | null {
  if (!(error instanceof ApiProblem) || typeof error.more.field !== "string") return null;
  const field = error.more.field.replace(/^rule\.?/, "");
  return { field, text: withLabel(wordsFor(error), field) };
}

/** The node calls a member by its name; people know it by its label. */
function withLabel(said: string, field: string | undefined): string {
  const name = (field ?? "").match(/[a-z_]+/g)?.at(-1);
  if (!name) return said;
  const called = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
  return said.startsWith(`${called} `) ? `“${labelOf(name)}”${said.slice(called.length)}` : said;
}
