import { queryOptions } from "@tanstack/react-query";
import { problemOf, unreachable } from "../../api/problem";
import { contextsOf, samplesOf, trafficOf } from "./metrics";

/** Pages of the node that belong to no context, and need no session. */
async function page(path: string): Promise<Response> {
  try {
    return await fetch(path, { headers: { Accept: "application/json, text/plain" } });
  } catch {
    throw unreachable();
  }
}

export const readyQuery = queryOptions({
  queryKey: ["ready"],
  queryFn: async () => {
    const answer = await page("/readyz");
    const { contexts = [], missing = [] } = await answer.json();
    return { contexts: contexts as string[], missing: missing as string[] };
  },
});

export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async () => {
    const answer = await page("/metrics");
    if (!answer.ok) throw await problemOf(answer);
    const samples = samplesOf(await answer.text());
    return { contexts: contextsOf(samples), traffic: trafficOf(samples, Date.now() / 1000) };
  },
  refetchInterval: 5_000,
});
