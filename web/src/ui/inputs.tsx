import { type ComponentProps, useId, useRef } from "react";
import { Labelled } from "./form";

interface PickProps extends Omit<ComponentProps<"select">, "id" | "className"> {
  name: string;
  label: string;
  hint?: string;
  options: readonly Option[];
}

export interface Option {
  value: string;
  text: string;
  /** Options of a group stand below its name; they follow each other. */
  group?: string;
}

/** One of a few. */
export function Pick({ label, hint, options, ...select }: PickProps) {
  return (
    <Labelled name={select.name} label={label} hint={hint}>
      {(told) => (
        <select {...select} {...told} className="input">
          {inGroups(options).map(([group, inside]) =>
            group ? (
              <optgroup key={group} label={group}>
                {inside.map(drawn)}
              </optgroup>
            ) : (
              inside.map(drawn)
            ),
          )}
        </select>
      )}
    </Labelled>
  );
}

interface LinesProps extends Omit<ComponentProps<"textarea">, "id" | "className"> {
  name: string;
  label: string;
  hint?: string;
}

function drawn({ value, text }: Option) {
  return (
    <option key={value} value={value}>
      {text}
    </option>
  );
}

function inGroups(options: readonly Option[]): [string, Option[]][] {
  const groups = new Map<string, Option[]>();
  for (const each of options) {
    const group = each.group ?? "";
    groups.set(group, [...(groups.get(group) ?? []), each]);
  }
  return [...groups];
}

/** Several lines of text. */
export function Lines({ label, hint, ...area }: LinesProps) {
  return (
    <Labelled name={area.name} label={label} hint={hint}>
      {(told) => <textarea {...area} {...told} className="input" spellCheck={false} />}
    </Labelled>
  );
}

/** Tells what somebody looks for, once they pause. */
export function Search({
  label,
  value,
  change,
}: {
  label: string;
  value: string;
  change: (text: string) => void;
}) {
  const id = useId();
  const timer = useRef(0);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="search"
        className="input"
        defaultValue={value}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => {
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => change(target.value.trim()), 200);
        }}
      />
    </div>
  );
}
