import { useEffect, useState } from "react";

/** The one-time token of a letter's link, taken out of the address bar so that it stays in no history. */
export function useLinkToken(): string {
  const [token] = useState(() => tokenOf(location));
  useEffect(() => {
    if (location.search || location.hash) history.replaceState(history.state, "", location.pathname);
  }, []);
  return token;
}

export function tokenOf({ search, hash }: Pick<Location, "search" | "hash">): string {
  return new URLSearchParams(hash.slice(1)).get("token") ?? new URLSearchParams(search).get("token") ?? "";
}
