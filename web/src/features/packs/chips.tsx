import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useState } from "react";
import { call } from "../../api/call";
import { t } from "../../texts";
import { Labelled } from "../../ui/form";
import { Icon } from "../../ui/icon";
import { chipText, type Option } from "./options";
import type { Spec } from "./specs";

/** Several words: chosen from what is offered, or typed. Enter adds one. */
export function Chips({
  spec,
  label,
  hint,
  chosen,
  offered,
  change,
}: {
  spec: Spec;
  label: string;
  hint: string | undefined;
  chosen: readonly string[];
  offered: readonly Option[];
  change: (next: string[]) => void;
}) {
  const list = useId();
  const [typed, setTyped] = useState("");
  const found = useFound(spec, typed);
  const options = found ?? offered;
  const free = spec.source === "codes" || spec.source === "rules";
  const add = (text: string) => {
    const value = options.find((each) => each.value === text || each.text === text)?.value ?? text.trim();
    if (!value || (!free && !options.some((each) => each.value === value))) return;
    if (!chosen.includes(value)) change([...chosen, value]);
    setTyped("");
  };
  const type = (text: string) => {
    setTyped(text);
    if (options.some((each) => each.text === text)) add(text);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add(typed);
  };
  return (
    <Labelled name={spec.name} label={label} hint={hint}>
      {(told) => (
        <>
          {chosen.length ? (
            <ul className="chips">
              {chosen.map((value) => (
                <li key={value}>
                  {chipText(spec, value, offered)}
                  <button
                    type="button"
                    aria-label={t.packs.takeAway(value, label)}
                    onClick={() => change(chosen.filter((each) => each !== value))}
                  >
                    <Icon name="close" size={14} />
                  </button>
                </li>
              ))}
            </ul>
          ) : null}
          <input
            {...told}
            className="input"
            list={list}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            placeholder={t.packs.add}
            onChange={({ target }) => type(target.value)}
            onKeyDown={press}
            onBlur={() => add(typed)}
          />
          <datalist id={list}>
            {options.map(({ value, text }) => (
              <option key={value} value={free ? value : text} label={free ? text : value} />
            ))}
          </datalist>
        </>
      )}
    </Labelled>
  );
}

/** Codes and rules are too many to list: the node is asked for what fits. */
function useFound(spec: Spec, q: string): Option[] | null {
  const codes = useQuery({
    queryKey: ["hs-search", q],
    queryFn: () => call("GET /api/hs", { query: { q, limit: 12 } }),
    enabled: spec.source === "codes" && q.trim().length > 1,
  });
  const rules = useQuery({
    queryKey: ["rule-search", q],
    queryFn: () => call("GET /api/rules", { query: { q, limit: 12 } }),
    enabled: spec.source === "rules" && q.trim().length > 1,
  });
  if (spec.source === "codes")
    return (codes.data?.items ?? []).map(({ code, title }) => ({ value: code, text: title }));
  if (spec.source === "rules")
    return (rules.data?.items ?? []).map(({ rule }) => ({ value: rule.id, text: rule.title }));
  return null;
}
