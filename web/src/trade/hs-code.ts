/** HS codes as people type them, and where they stand in the table. */
import type { CodeLine, CodeView } from "../api/routes";
import { t } from "../texts";

const LEAST = 4;
/** The deepest that a check takes; some countries add digits for themselves. */
export const MOST = 10;
/** As deep as codes mean the same all over the world. */
const WORLDWIDE = 6;
const EMPTY_CHAPTERS = new Set(["00", "77"]);
const LAST_CHAPTER = "97";

export function digitsOf(typed: string): string {
  return typed.replace(/[\s.]/g, "");
}

/** What is wrong with a code by its form alone; nothing, if it may be one. The node refuses the same. */
export function codeTrouble(digits: string): string {
  if (!/^[0-9]*$/.test(digits)) return t.check.codeDigitsOnly;
  const chapter = digits.slice(0, 2);
  if (chapter.length === 2 && (EMPTY_CHAPTERS.has(chapter) || chapter > LAST_CHAPTER))
    return t.check.noChapter(chapter);
  if (digits.length < LEAST) return t.check.codeShort;
  if (digits.length > MOST || digits.length % 2) return t.check.codeLength(digits.length);
  return "";
}

/** The code whose view tells most: the heading, or the chapter of a shorter one; none to ask for yet. */
export function lookedUp(digits: string): string {
  if (digits.length < 2 || (codeTrouble(digits) && digits.length >= LEAST)) return "";
  return digits.length < LEAST ? digits.slice(0, 2) : digits.slice(0, LEAST);
}

export interface Standing {
  line: CodeLine;
  /** Codes below it, of which one may be meant. */
  deeper: readonly CodeLine[];
  /** Whether the table has no such code. Only an imported table knows all of them. */
  missing: "" | "surely" | "perhaps";
}

/** Where a code stands, by what the table says of its heading (or chapter, where that has none). */
export function standing(view: CodeView, digits: string): Standing {
  const line = { code: view.code, title: view.title, text: view.text };
  const wanted = digits.slice(0, WORLDWIDE);
  if (wanted.length <= view.code.length) return { line, deeper: view.children, missing: "" };
  const found = view.children.find(({ code }) => code === wanted);
  if (found) return { line: found, deeper: [], missing: "" };
  const missing = view.table.source === "imported" ? "surely" : "perhaps";
  return { line, deeper: view.children, missing };
}
