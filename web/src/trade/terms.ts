/** Where a text uses words that a glossary explains. */
export interface Part {
  text: string;
  /** As the glossary spells it; empty for what needs no words. */
  term: string;
}

/** The text in parts. Each term is offered once, where it stands first. */
export function partsOf(text: string, glossary: Readonly<Record<string, string>>): Part[] {
  const parts: Part[] = [];
  const seen = new Set<string>();
  let from = 0;
  for (const found of text.matchAll(patternOf(glossary))) {
    const [term] = found;
    if (seen.has(term)) continue;
    seen.add(term);
    if (found.index > from) parts.push({ text: text.slice(from, found.index), term: "" });
    parts.push({ text: term, term });
    from = found.index + term.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), term: "" });
  return parts;
}

const patterns = new WeakMap<object, RegExp>();

/** The longer word first, so that it is not cut by a shorter one. */
function patternOf(glossary: Readonly<Record<string, string>>): RegExp {
  let pattern = patterns.get(glossary);
  if (!pattern) {
    const words = Object.keys(glossary).sort((a, b) => b.length - a.length);
    pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.map(escaped).join("|")})(?![\\p{L}\\p{N}])`, "gu");
    patterns.set(glossary, pattern);
  }
  return pattern;
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
