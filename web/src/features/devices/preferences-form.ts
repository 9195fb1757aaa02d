/** Preferences as a form shows them: km/h, minutes and days, and empty for what is off. */
import type { AlertSettings, FilterSettings } from "../../api/routes";
import type { Values } from "../../ui/form";

/** A number of the API's, `per` times as large in the form. */
export interface Entry<T> {
  name: keyof T & string;
  per: number;
}

export const ALERTS: readonly Entry<AlertSettings>[] = [
  { name: "low_battery_pct", per: 1 },
  { name: "offline_after_s", per: 1 / 60 },
  { name: "overspeed_mps", per: 3.6 },
];

export const FILTERS: readonly Entry<FilterSettings>[] = [
  { name: "max_accuracy_m", per: 1 },
  { name: "max_speed_mps", per: 3.6 },
  { name: "drift_m", per: 1 },
  { name: "min_period_s", per: 1 },
  { name: "min_distance_m", per: 1 },
  { name: "max_age_s", per: 1 / 86_400 },
  { name: "max_future_s", per: 1 },
];

const DIGITS = 3;

export function shown<T extends object>(settings: T, { name, per }: Entry<T>): string {
  const value = (settings as Record<string, unknown>)[name];
  return typeof value === "number" ? String(Number((value * per).toFixed(DIGITS))) : "";
}

/** A field that still shows what it showed is as it was: nobody rounds it by saving. */
export function taken<T extends object>(settings: T, entries: readonly Entry<T>[], values: Values): T {
  const read = entries.map((entry) => {
    const text = values[entry.name] ?? "";
    if (text === shown(settings, entry)) return [entry.name, settings[entry.name]];
    return [entry.name, text === "" ? null : Number(text) / entry.per];
  });
  return { ...settings, ...Object.fromEntries(read) };
}

/** The usual choices, and the present one if it is none of them. */
export function optionsOf(usual: Record<string, string>, now: number | null, say: (value: string) => string) {
  const value = now === null ? "" : String(now);
  const all = value in usual ? usual : { ...usual, [value]: say(value) };
  return Object.entries(all)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([each, text]) => ({ value: each, text }));
}
