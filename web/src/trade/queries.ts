import { queryOptions } from "@tanstack/react-query";
import { call } from "../api/call";

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

export const suggestionsQuery = (description: string) =>
  queryOptions({
    queryKey: ["suggestions", description],
    queryFn: () => call("POST /api/hs/suggestions", { body: { description } }),
    enabled: description.length > 1,
    staleTime: 600_000,
  });

/** A code, or the nearest above it that the table has. Nothing, if it lacks even the chapter. */
export const nearestQuery = (code: string) =>
  queryOptions({
    queryKey: ["hs", "nearest", code],
    queryFn: async () => (await call("GET /api/hs", { query: { q: code, limit: 1 } })).items[0] ?? null,
    enabled: code.length > 1,
    staleTime: 600_000,
  });

/** A heading with what is below it; its chapter, where the table lacks it. Nothing, if it lacks that too. */
export const headingQuery = (heading: string) =>
  queryOptions({
    queryKey: ["hs", "heading", heading],
    queryFn: async () => {
      const { beginning } = await call("GET /api/hs", { query: { q: heading, limit: 1 } });
      return beginning ? await call("GET /api/hs/{code}", { path: { code: beginning } }) : null;
    },
    enabled: Boolean(heading),
    staleTime: 600_000,
  });

export const codeQuery = (code: string) =>
  queryOptions({
    queryKey: ["hs", code],
    queryFn: () => call("GET /api/hs/{code}", { path: { code } }),
    staleTime: 600_000,
  });
