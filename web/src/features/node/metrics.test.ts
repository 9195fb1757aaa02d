import { describe, expect, test } from "vitest";
import { contextsOf, samplesOf, trafficOf } from "./metrics";

const TEXT = `# HELP entrepot_leads Whether this process leads the context.
# TYPE entrepot_leads gauge
entrepot_leads{context="user"} 1.0
entrepot_leads{context="monitor"} 0.0
entrepot_outbox_kept{context="user"} 3.0
entrepot_inbox_parked{context="user"} 1.0
entrepot_dead_letters_total{context="monitor"} 2.0
entrepot_http_requests_total{row="GET /a \\"b\\"",status="200"} 6.0
entrepot_http_requests_total{row="GET /a",status="503"} 2.0
entrepot_http_request_duration_seconds_sum{row="GET /a"} 0.016
process_start_time_seconds 1.5e+09
`;

describe("metrics", () => {
  test("comments are no samples, and labels may hold quotes", () => {
    const samples = samplesOf(TEXT);
    expect(samples).toHaveLength(9);
    expect(samples[5]?.labels.row).toBe('GET /a \\"b\\"');
  });

  test("what waits is what is kept and what is parked", () => {
    expect(contextsOf(samplesOf(TEXT))).toEqual([
      { name: "monitor", leads: false, others: 0, waiting: 0, deadLetters: 2 },
      { name: "user", leads: true, others: 0, waiting: 4, deadLetters: 0 },
    ]);
  });

  test("only the node's own failures count as such", () => {
    const traffic = trafficOf(samplesOf(TEXT), 1.5e9 + 60);
    expect(traffic).toMatchObject({ requests: 8, failures: 2, meanMs: 2, upS: 60 });
  });

  test("a node that has served nothing has no mean", () => {
    expect(trafficOf([], 0).meanMs).toBe(0);
  });
});
