/** What the health page needs of the node's metrics, which come in Prometheus's words. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function samplesOf(text: string): Sample[] {
  return text.split("\n").flatMap((line) => {
    const found = LINE.exec(line);
    if (!found?.[1]) return [];
    const labels = [...(found[2] ?? "").matchAll(LABEL)].map(([, name = "", value = ""]) => [name, value]);
    return [{ name: found[1], labels: Object.fromEntries(labels), value: Number(found[3]) }];
  });
}

export function total(
  samples: readonly Sample[],
  name: string,
  fits: (labels: Sample["labels"]) => boolean = () => true,
) {
  return samples.reduce((sum, each) => (each.name === name && fits(each.labels) ? sum + each.value : sum), 0);
}

export interface Context {
  name: string;
  leads: boolean;
  others: number;
  waiting: number;
  deadLetters: number;
}

/** What each part of the node does, by name. */
export function contextsOf(samples: readonly Sample[]): Context[] {
  const names = new Set(
    samples.flatMap(({ name, labels }) => (name === "entrepot_leads" ? [labels.context ?? ""] : [])),
  );
  return [...names].sort().map((name) => {
    const of = (metric: string) => total(samples, metric, (labels) => labels.context === name);
    return {
      name,
      leads: of("entrepot_leads") > 0,
      others: of("entrepot_other_processes"),
      waiting: of("entrepot_outbox_kept") + of("entrepot_inbox_parked"),
      deadLetters: of("entrepot_dead_letters_total"),
    };
  });
}

export interface Traffic {
  requests: number;
  failures: number;
  meanMs: number;
  upS: number;
  memoryBytes: number;
}

export function trafficOf(samples: readonly Sample[], nowS: number): Traffic {
  const requests = total(samples, "entrepot_http_requests_total");
  const seconds = total(samples, "entrepot_http_request_duration_seconds_sum");
  return {
    requests,
    failures: total(samples, "entrepot_http_requests_total", (labels) => (labels.status ?? "") >= "500"),
    meanMs: requests ? (seconds / requests) * 1000 : 0,
    upS: Math.max(0, nowS - total(samples, "process_start_time_seconds")),
    memoryBytes: total(samples, "process_resident_memory_bytes"),
  };
}
