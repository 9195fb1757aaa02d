import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/call";

/** The words that rules and checks use; they change only with the program. */
export const vocabularyQuery = queryOptions({
  queryKey: ["vocabulary"],
  queryFn: () => call("GET /api/rules/vocabulary"),
  staleTime: Number.POSITIVE_INFINITY,
});

export const coverageQuery = queryOptions({
  queryKey: ["coverage"],
  queryFn: () => call("GET /api/rules/coverage"),
  staleTime: 60_000,
});

export const codeQuery = (code: string) =>
  queryOptions({
    queryKey: ["hs", code],
    queryFn: () => call("GET /api/hs/{code}", { path: { code } }),
    staleTime: 600_000,
  });
