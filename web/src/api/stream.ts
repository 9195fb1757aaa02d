/** Server-sent events of a route, read by hand: a browser's own EventSource cannot say that it is the console. */
import { answerTo, type RouteName, sendAnonymously } from "./call";
import { ApiProblem } from "./problem";

interface Listened {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  signal: AbortSignal;
  /** Without a session, and without renewing one. */
  anonymous?: boolean;
}

/** What an event brought; ends when the node ends it. Throws ApiProblem. */
export async function* events(name: RouteName, { signal, anonymous, ...sent }: Listened) {
  const ask = anonymous ? sendAnonymously : answerTo;
  const answer = await ask(name, { ...sent, signal, accept: "text/event-stream" });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new ApiProblem(answer.status, "unreadable", "");
  const parse = parser();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const data of parse(value)) yield JSON.parse(data) as unknown;
  }
}

/** Takes pieces of a stream in, gives the `data` of every event that is whole. */
export function parser(): (piece: string) => string[] {
  let rest = "";
  return (piece) => {
    const parts = (rest + piece).split(/\r?\n\r?\n/);
    rest = parts.pop() ?? "";
    return parts.map(dataOf).filter((data) => data !== "");
  };
}

function dataOf(event: string): string {
  return event
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).replace(/^ /, ""))
    .join("\n");
}

const SOON_MS = 1_000;
const LATE_MS = 20_000;

/** Listens until it is aborted; after a lost connection again, and less often while nobody answers. */
export async function listen(
  name: RouteName,
  { signal, ...listened }: Listened,
  told: { event: (data: unknown) => void; state: (connected: boolean, error?: unknown) => void },
): Promise<void> {
  let pause = SOON_MS;
  while (!signal.aborted) {
    try {
      for await (const data of events(name, { ...listened, signal })) {
        told.state(true);
        pause = SOON_MS;
        told.event(data);
      }
      told.state(false);
    } catch (error) {
      if (signal.aborted) return;
      told.state(false, error);
      if (error instanceof ApiProblem && [401, 403, 404].includes(error.status)) return;
    }
    await slept(pause, signal);
    pause = Math.min(pause * 2, LATE_MS);
  }
}

/** What is wrong with a line: the node refused it, or it is down and will be tried again. */
export type Trouble = "" | "lost" | "refused";

export function troubleOf(connected: boolean, error: unknown): Trouble {
  if (connected || error === undefined) return "";
  return error instanceof ApiProblem && error.status >= 400 && error.status < 500 ? "refused" : "lost";
}

function slept(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms * (0.75 + Math.random() / 2));
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
