/** Who is signed in, and what they may do. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { call, type Gives } from "./call";
import { onSession, sessionKnown } from "./session";

export type Me = Gives<"GET /api/users/me">;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => call("GET /api/users/me"),
  staleTime: 60_000,
});

export function useMe() {
  return useQuery({ ...meQuery, enabled: useSignedIn() });
}

export function useSignedIn(): boolean {
  return useSyncExternalStore(onSession, sessionKnown);
}

export function allows(scopes: readonly string[], scope: string | undefined): boolean {
  return scope === undefined || scopes.includes(scope) || scopes.includes("*");
}
