import type { Takes } from "../../api/call";

type Stop = NonNullable<Takes<"POST /api/shares">["stops"]>[number];

const NUMBER = String.raw`[-+]?\d{1,3}(?:\.\d+)?`;
const LINE = new RegExp(String.raw`^(.+?)[\s,;:@]+(${NUMBER})\s*[,;\s]\s*(${NUMBER})$`);

/** Stops as somebody writes them, one a line: a name or address, then latitude, longitude. A line that is none comes
 * back as its number, counted from 1. */
export function stopsIn(text: string): Stop[] | number {
  const stops: Stop[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (!line.trim()) continue;
    const [, name = "", lat, lon] = LINE.exec(line.trim()) ?? [];
    const [latitude, longitude] = [Number(lat), Number(lon)];
    if (!name || !(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return index + 1;
    stops.push({ name: name.trim(), latitude, longitude });
  }
  return stops;
}
