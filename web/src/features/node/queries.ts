import { queryOptions } from "@tanstack/react-query";
import { ApiProblem, isProblem, problemOf, unreachable } from "../../api/problem";
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
  if (answer.status === 404) throw new ApiProblem(404, FOR_OPERATORS, t.health.elsewhere);
  return answer;
}

const FOR_OPERATORS = "for-operators";

/** Whether this is the public port of a node that has another one for operators: asking again helps nobody. */
export const isElsewhere = (error: unknown) => isProblem(error, FOR_OPERATORS);

export const readyQuery = queryOptions({
  queryKey: ["ready"],
  queryFn: async () => {
    const answer = await page("/readyz");
    const { missing = [] } = await answer.json();
    return { missing: missing as string[] };
  },
  refetchInterval: (query) => (isElsewhere(query.state.error) ? false : 5_000),
});

export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async () => {
    const answer = await page("/metrics");
    if (!answer.ok) throw await problemOf(answer);
    const samples = samplesOf(await answer.text());
    return { contexts: contextsOf(samples), traffic: trafficOf(samples, Date.now() / 1000) };
  },
  refetchInterval: (query) => (isElsewhere(query.state.error) ? false : 5_000),
});
