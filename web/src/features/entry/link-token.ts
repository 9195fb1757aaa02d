import { useEffect, useState } from "react";

/** The secret of a letter's link: behind the #, so that no server logs it, and taken out of the address bar so that it stays in no history either. */
export function useLinkToken(): string {
  const [token] = useState(() => tokenOf(location));
  useEffect(() => {
    if (location.hash) history.replaceState(history.state, "", location.pathname);
  }, []);
  return token;
}

export function tokenOf({ hash }: Pick<Location, "hash">): string {
  return new URLSearchParams(hash.slice(1)).get("token") ?? "";
}
