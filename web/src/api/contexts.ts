/** Which parts of the house this node has, as it says itself. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { problemOf, unreachable } from "./problem";
import type { Contexts } from "./routes";

/** As the house is today; another version of it, or a site with fewer contexts, may serve the page. */
export type ContextName = keyof Contexts;

export interface ContextSaid {
  name: string;
  about: string;
  scopes: readonly string[];
}

export const contextsQuery = queryOptions({
  queryKey: ["contexts.json"],
  queryFn: async (): Promise<readonly ContextSaid[]> => {
    const answer = await fetch("/contexts.json").catch(() => {
      throw unreachable();
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer.json();
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** undefined: not known yet. null: the node does not say, so that nothing can be left out for it. */
export function useContexts(): readonly ContextSaid[] | null | undefined {
  const { data, isError } = useQuery(contextsQuery);
  return data ?? (isError ? null : undefined);
}
