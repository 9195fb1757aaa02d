/** Domains of law: their titles, and whom to ask about one that is not covered. */
import type { Vocabulary } from "../api/routes";

export function domainTitle(id: string, words?: Vocabulary): string {
  return words?.domains.find((each) => each.id === id)?.title ?? id.replaceAll("_", " ");
}

export function whomToAsk(id: string, words?: Vocabulary): string {
  return words?.domains.find((each) => each.id === id)?.ask ?? "";
}
