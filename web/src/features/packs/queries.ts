import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/call";

export const packQuery = (id: string) =>
  queryOptions({ queryKey: ["pack", id], queryFn: () => call("GET /api/packs/{id}", { path: { id } }) });

/** How many versions are shown beside one. */
const VERSIONS = 8;

/** Versions of a pack: the active one, then the newest. */
export const versionsQuery = (name: string) =>
  queryOptions({
    queryKey: ["pack", "versions", name],
    queryFn: async () => (await call("GET /api/packs", { query: { name, limit: VERSIONS } })).items,
  });

export const flawsQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: ["pack", id, "flaws", revision],
    queryFn: () => call("GET /api/packs/{id}/flaws", { path: { id } }),
    staleTime: 300_000,
  });

/** What this version changes of the active one. */
export const diffQuery = (id: string, revision: number, active: string) =>
  queryOptions({
    queryKey: ["pack", id, "diff", revision, active],
    queryFn: () => call("GET /api/packs/{id}/diff/{other}", { path: { id, other: "active" } }),
    staleTime: 60_000,
  });

export const canaryQuery = (id: string, revision: number, active: string) =>
  queryOptions({
    queryKey: ["pack", id, "canary", revision, active],
    queryFn: () => call("POST /api/packs/{id}/canary", { path: { id }, body: {} }),
    staleTime: 60_000,
  });
