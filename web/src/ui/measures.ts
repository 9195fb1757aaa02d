/** Quantities as people say them. */
import { language, t } from "../texts";

const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

export function speedOf(mps: number): string {
  return t.map.speed(whole.format(mps * 3.6));
}

export function lengthOf(metres: number): string {
  if (metres < 1000) return t.map.metres(whole.format(metres));
  return t.map.kilometres((metres < 100_000 ? fine : whole).format(metres / 1000));
}

export function durationOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (!hours) return t.units.minutes(minutes);
  return rest ? `${t.units.hours(hours)} ${t.units.minutes(rest)}` : t.units.hours(hours);
}

export function bytesOf(bytes: number): string {
  const steps = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), steps.length - 1);
  return `${fine.format(bytes / 1000 ** step)} ${steps[step]}`;
}

export function headingOf(degrees: number): string {
  return `${t.map.points[Math.round(degrees / 45) % 8]}, ${whole.format(degrees)}°`;
}

export function placeOf(latitude: number, longitude: number): string {
  const side = (value: number, [plus, minus]: [string, string]) =>
    `${Math.abs(value).toFixed(5)}° ${value < 0 ? minus : plus}`;
  return `${side(latitude, ["N", "S"])}, ${side(longitude, ["E", "W"])}`;
}
