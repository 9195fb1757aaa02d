/** What a folded part of a rule holds, in one line. */
import { t } from "../../../texts";
import type { Loose, Spec } from "./specs";

export function summaryOf(spec: Spec, row: Loose): string {
  const said = spec.name === "tests" ? ofTest(row) : (spec.fields?.map(({ name }) => words(row[name])) ?? []);
  return said.filter(Boolean).join(" · ") || t.packs.nothingYet;
}

/** Whether a section of the form holds nothing that somebody said, and so may stay folded. */
export function saysNothing(fields: readonly Spec[], value: Loose): boolean {
  return fields.every(({ name, required }) => !required && !words(value[name]));
}

function ofTest({ expect, note, facts }: Loose): string[] {
  const told = (facts ?? {}) as Loose;
  const way = `${words(told.origin)} → ${words(told.destination)}`;
  const not = Array.isArray(told.not_traits) ? told.not_traits.map((each) => t.packs.not(String(each))) : [];
  return [words(expect), words(note), words(told.hs_code), way, words(told.date), words(told.traits), ...not];
}

function words(value: unknown): string {
  if (value === undefined || value === null || value === "" || value === false) return "";
  if (Array.isArray(value)) return value.map(words).filter(Boolean).join(", ");
  if (typeof value === "object") return Object.values(value).map(words).filter(Boolean).join(" ");
  return (t.packs.words as Record<string, string>)[String(value)] ?? String(value);
}
