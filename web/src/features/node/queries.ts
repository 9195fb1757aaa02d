import { queryOptions } from "@tanstack/react-query";
import { ApiProblem, problemOf, unreachable } from "../../api/problem";
import { t } from "../../texts";
import { contextsOf, samplesOf, trafficOf } from "./metrics";

/** Pages of the node that belong to no context, and need no session. */
async function page(path: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { headers: { Accept: "application/json, text/plain" } });
  } catch {
    throw unreachable();
  }
  if (answer.status === 404) throw new ApiProblem(404, "for-operators", t.health.elsewhere);
  return answer;
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
