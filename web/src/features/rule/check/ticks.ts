/** What somebody has already seen to of a kept check. It stays in this browser. */
import { useState } from "react";

const PREFIX = "entrepot.ticks.";

export function useTicks(id: string | null): [ReadonlySet<string>, (rule: string) => void] {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(() => stored(id));
  const toggle = (rule: string) => {
    const next = new Set(ticked);
    if (!next.delete(rule)) next.add(rule);
    setTicked(next);
    if (id) localStorage.setItem(PREFIX + id, JSON.stringify([...next]));
  };
  return [ticked, toggle];
}

function stored(id: string | null): ReadonlySet<string> {
  try {
    const found: unknown = JSON.parse((id && localStorage.getItem(PREFIX + id)) || "[]");
    return new Set(Array.isArray(found) ? found.map(String) : []);
  } catch {
    return new Set();
  }
}
