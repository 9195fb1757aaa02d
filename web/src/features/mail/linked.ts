/** A letter's text in parts: plain, or a link of its own. Letters are plain text, and nothing else is shown. */
export type Part = { text: string; href?: string };

const LINK = /https?:\/\/\S+/g;

export function linked(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    if (found.index > at) parts.push({ text: text.slice(at, found.index) });
    parts.push({ text: found[0], href: found[0] });
    at = found.index + found[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}
