import type { Window } from "../api/routes";
import { t } from "../texts";
import { Button } from "./button";
import "./calendar.css";
import { RefusedAt } from "./form";

const WORKDAYS: Window = { days: [0, 1, 2, 3, 4], begins: "08:00", ends: "18:00" };

interface Edited {
  /** Under which the API knows it. */
  name: string;
  legend: string;
  /** What it means when there are none. */
  none?: string;
  windows: readonly Window[];
  change: (windows: Window[]) => void;
}

/** Parts of a week. */
export function Calendar({ name, legend, none = t.calendar.none, windows, change }: Edited) {
  const put = (index: number, window: Window) =>
    change(windows.map((each, at) => (at === index ? window : each)));
  return (
    <fieldset className="calendar" name={name}>
      <legend className="legend">{legend}</legend>
      {windows.length ? null : <p className="quiet small">{none}</p>}
      {windows.map((window, index) => (
        <OneWindow
          key={String(index)}
          window={window}
          change={(changed) => put(index, changed)}
          remove={() => change(windows.filter((_, at) => at !== index))}
        />
      ))}
      <RefusedAt name={name} />
      <Button onClick={() => change([...windows, WORKDAYS])}>{t.calendar.add}</Button>
    </fieldset>
  );
}

function OneWindow({
  window,
  change,
  remove,
}: {
  window: Window;
  change: (window: Window) => void;
  remove: () => void;
}) {
  const toggle = (day: number) => {
    const days = window.days.includes(day)
      ? window.days.filter((each) => each !== day)
      : [...window.days, day].sort();
    if (days.length) change({ ...window, days });
  };
  return (
    <div className="window">
      <div className="week">
        {t.calendar.days.map((name, day) => (
          <label key={name} title={t.calendar.dayNames[day]}>
            <input
              type="checkbox"
              className="offscreen"
              checked={window.days.includes(day)}
              onChange={() => toggle(day)}
              aria-label={t.calendar.dayNames[day]}
            />
            {name}
          </label>
        ))}
      </div>
      <div className="times">
        {t.calendar.from}
        <input
          type="time"
          className="input"
          aria-label={t.calendar.begins}
          value={window.begins}
          required
          onChange={(event) => change({ ...window, begins: event.target.value })}
        />
        {t.calendar.until}
        <input
          type="time"
          className="input"
          aria-label={t.calendar.ends}
          value={window.ends}
          required
          onChange={(event) => change({ ...window, ends: event.target.value })}
        />
        <Button look="plain danger" aria-label={t.calendar.remove} onClick={remove}>
          {t.actions.remove}
        </Button>
      </div>
      {window.ends <= window.begins ? <p className="quiet small">{t.calendar.overnight}</p> : null}
    </div>
  );
}

const ZONES = Intl.supportedValuesOf("timeZone");
export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Every time zone that the browser knows; the reader's own where nobody chose one. */
export function zoneOptions(chosen: string): { value: string; text: string }[] {
  const names = [...new Set([chosen, "UTC", ...ZONES])].filter(Boolean).sort();
  return names.map((name) => ({ value: name, text: name.replaceAll("_", " ") }));
}

export function saidOf(windows: readonly Window[]): string {
  if (!windows.length) return t.fences.always;
  return windows.map(({ days, begins, ends }) => `${daysOf(days)} ${begins}–${ends}`).join(", ");
}

/** `Mon–Fri`, or `Mon, Wed`. */
export function daysOf(days: readonly number[]): string {
  const sorted = [...days].sort();
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
  const names = t.calendar.days;
  if (sorted.length > 2 && last - first === sorted.length - 1) return `${names[first]}–${names[last]}`;
  return sorted.map((day) => names[day]).join(", ");
}
