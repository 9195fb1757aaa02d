/** The colours of the page, as a canvas wants them: the tokens of the theme, resolved. */
import { useSyncExternalStore } from "react";

const TOKENS = {
  water: "--water",
  land: "--land",
  border: "--border",
  grid: "--grid",
  label: "--map-label",
  road: "--road",
  motorway: "--motorway",
  green: "--green",
  accent: "--accent",
  onAccent: "--on-accent",
  ink: "--ink",
  quiet: "--quiet",
  paper: "--paper",
  raised: "--raised",
  wrong: "--wrong",
} as const;

export type Colours = Record<keyof typeof TOKENS, string>;

export function coloursNow(): Colours {
  const probe = document.createElement("i");
  document.body.append(probe);
  const read = ([name, token]: [string, string]) => {
    probe.style.color = `var(${token})`;
    return [name, hexOf(getComputedStyle(probe).color)];
  };
  const colours = Object.fromEntries(Object.entries(TOKENS).map(read as never)) as Colours;
  probe.remove();
  return colours;
}

/** `rgb(10, 95, 92)` → `#0a5f5c`: some drawing tools take nothing else. */
export function hexOf(colour: string): string {
  const parts = (colour.match(/\d+/g) ?? []).slice(0, 3);
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
}

const DARK = "(prefers-color-scheme: dark)";

function subscribe(tell: () => void): () => void {
  const media = matchMedia(DARK);
  const observer = new MutationObserver(tell);
  media.addEventListener("change", tell);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    media.removeEventListener("change", tell);
    observer.disconnect();
  };
}

/** `light` or `dark`, as the page is shown now. */
export function useScheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, () => {
    const chosen = document.documentElement.dataset.theme;
    return (chosen ?? (matchMedia(DARK).matches ? "dark" : "light")) === "dark" ? "dark" : "light";
  });
}
