// Numbers as a reader says them.

export function number(value) {
  return typeof value === "number" && Math.abs(value) < 1e15 ? value.toLocaleString("en") : String(value);
}

export function bytes(size) {
  if (size < 1024) return `${size} B`;
  const [unit, name] = size < 1024 ** 2 ? [1024, "KiB"] : [1024 ** 2, "MiB"];
  return `${number(+(size / unit).toFixed(1))} ${name}`;
}

export function per(seconds) {
  const words = { 1: "a second", 60: "a minute", 3600: "an hour", 86400: "a day" };
  return words[seconds] ?? `in ${number(seconds)} s`;
}

export function range(low, high, unit, { aboveLow = false, belowHigh = false } = {}) {
  const from = low != null && (low !== 0 || !unit) ? low : null;
  if (from != null && high != null && !aboveLow && !belowHigh)
    return from === high ? `exactly ${number(high)}${unit}` : `${number(from)} – ${number(high)}${unit}`;
  const words = [];
  if (from != null) words.push(`${aboveLow ? "more than" : "at least"} ${number(from)}${unit}`);
  if (high != null) words.push(`${belowHigh ? "less than" : "at most"} ${number(high)}${unit}`);
  return words.join(", ");
}
