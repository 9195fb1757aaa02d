import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api/problem";

/** What the node refused it will refuse again; only what may pass by itself is asked anew. */
function worthRetrying(failures: number, error: unknown): boolean {
  const passing = error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
  return passing && failures < 2;
}

export const queries = new QueryClient({
  defaultOptions: { queries: { retry: worthRetrying, staleTime: 10_000 } },
});
