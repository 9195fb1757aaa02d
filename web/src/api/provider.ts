/** The way to an outside service of sign-in and back. What the browser comes back with is a secret cookie; here only
 * stands where somebody was going. */
import { useQuery } from "@tanstack/react-query";
import { call, callAnonymously } from "./call";

const HERE = "https://here.invalid"; // any origin: only what is below it counts
const NEXT = "entrepot.next";
type Purpose = "sign-in" | "link";

interface Journey {
  purpose: Purpose;
  next: string;
}

export function useProviders() {
  return useQuery({
    queryKey: ["providers"],
    queryFn: async () => (await callAnonymously("GET /api/providers", {})).items,
    staleTime: 600_000,
  });
}

/** Leaves the console. `again`: the service is to ask for the password even if it knows who it is. */
export async function goTo(provider: string, { purpose, next }: Journey, again = false): Promise<void> {
  const body = { provider, again };
  const { url } =
    purpose === "link"
      ? await call("POST /api/identities/departures", { body })
      : await callAnonymously("POST /api/providers/departures", { body });
  sessionStorage.setItem(NEXT, JSON.stringify({ purpose, next }));
  location.assign(url);
}

/** Where somebody was going; only in the tab that they left from. */
export function journey(): Journey {
  try {
    const { purpose, next } = JSON.parse(sessionStorage.getItem(NEXT) ?? "");
    return { purpose: purpose === "link" ? "link" : "sign-in", next: inside(String(next)) };
  } catch {
    return { purpose: "sign-in", next: "/" };
  }
}

/** Forgets it: whoever is back is on no journey any more. */
export function arrived(): void {
  sessionStorage.removeItem(NEXT);
}

/** An address of the console, never of another site. */
export function inside(wanted: string | null): string {
  // Not by its first characters: browsers leave out tabs and line ends, so that "/\t/evil.example" is another site.
  if (!wanted?.startsWith("/") || !URL.canParse(wanted, HERE)) return "/";
  const { origin, pathname, search, hash } = new URL(wanted, HERE);
  return origin === HERE && !pathname.startsWith("//") ? `${pathname}${search}${hash}` : "/";
}
