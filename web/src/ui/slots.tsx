import { type ComponentType, createContext, useContext } from "react";
import type { Slots } from "./feature";

/** What other features show on this page. Whoever makes the page from the features' tables fills it. */
export const PartsHere = createContext<readonly unknown[]>([]);

/** For the page at `path`, in their order. */
export function useParts<P extends keyof Slots>(_path: P): readonly ComponentType<Slots[P]>[] {
  return useContext(PartsHere) as readonly ComponentType<Slots[P]>[];
}
