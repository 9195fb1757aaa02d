/** What a table's header says, as far as the node would guess it: only what it cannot guess is asked for. */

export type Needed = "latitude" | "longitude" | "time";

const WORDS: Record<Needed, RegExp> = {
  latitude: /^(lat|latitude|latitude_?deg|y|breitengrad)$/,
  longitude: /^(lon|lng|long|longitude|longitude_?deg|x|längengrad)$/,
  time: /^(time|fixed_?at|fix_?time|timestamp|date_?time|utc|utc_?time|time_?utc|gps_?time|tst|recorded_?at|device_?time|when|zeit|date|datum|utc_?date|gps_?date|isotst)$/,
};

/** The cells of the first line; null for what is no table. */
export function headerOf(begin: string): string[] | null {
  const line = begin.replace(/^\ufeff/, "").split(/\r?\n/, 1)[0] ?? "";
  if (!line || /^\s*[<{[$!]/.test(line) || line.includes("{")) return null;
  const between = [",", ";", "\t"].reduce((best, sign) =>
    line.split(sign).length > line.split(best).length ? sign : best,
  );
  const cells = line.split(between).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
  return cells.length > 1 ? cells : null;
}

export function unguessed(header: readonly string[]): Needed[] {
  const words = header.map((cell) =>
    cell
      .replace(/[[(].*[\])]/, "")
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, "_"),
  );
  return (Object.keys(WORDS) as Needed[]).filter((name) => !words.some((word) => WORDS[name].test(word)));
}
