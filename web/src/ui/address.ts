import { useSearchParams } from "react-router";

/** What the address of a page says beyond its path, with what it means when it says nothing. */
export function useAddress<T extends Record<string, string>>(
  nothing: T,
): [T, (change: Partial<Record<keyof T, string>>, options?: { push?: boolean }) => void] {
  const [search, setSearch] = useSearchParams();
  const read = Object.keys(nothing).map((name) => [name, search.get(name) ?? nothing[name]]);
  const change = (wanted: Partial<Record<keyof T, string>>, { push = false } = {}) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries<string | undefined>(wanted)) {
          if (value && value !== nothing[name]) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: !push },
    );
  return [Object.fromEntries(read) as T, change];
}
