/** Calls a route by its name. The session travels as cookies that no script can read; `X-Console` says that
 * this is the console asking, which no other origin can say. */
import { ApiProblem, problemOf, unreachable } from "./problem";
import type { Routes } from "./routes";
import { ended, freshSession, renewAfterRefusal } from "./session";

export type RouteName = keyof Routes;
export type Gives<N extends RouteName> = Routes[N]["gives"];
export type Takes<N extends RouteName> = Routes[N]["body"];

export type Sent<N extends RouteName> = Routes[N]["sent"];

interface Loose {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
  accept?: string;
}

/** For what asks before there is a session, and so must not try to renew one. */
export async function callAnonymously<N extends RouteName>(name: N, sent: Sent<N>): Promise<Gives<N>> {
  return contentOf<N>(await send(name, sent));
}

export async function call<N extends RouteName>(
  name: N,
  ...[sent]: Record<never, never> extends Sent<N> ? [Sent<N>?] : [Sent<N>]
): Promise<Gives<N>> {
  return contentOf<N>(await answerTo(name, sent ?? {}));
}

/** The whole answer, from somebody without a session. Throws ApiProblem. */
export async function sendAnonymously(name: RouteName, sent: Loose): Promise<Response> {
  return checked(await send(name, sent));
}

/** The whole answer, for what is no JSON. Throws ApiProblem. */
export async function answerTo(name: RouteName, sent: Loose): Promise<Response> {
  await freshSession();
  const refused = await send(name, sent);
  if (refused.status !== 401 || !(await renewAfterRefusal())) return checked(refused);
  const answer = await send(name, sent);
  if (answer.status === 401) ended();
  return checked(answer);
}

async function send(name: RouteName, sent: Loose): Promise<Response> {
  const [method, template] = name.split(" ") as [string, string];
  const headers: Record<string, string> = { "X-Console": "1", Accept: sent.accept ?? "application/json" };
  if (sent.body !== undefined) headers["Content-Type"] = "application/json";
  const body = sent.body === undefined ? null : JSON.stringify(sent.body);
  const signal = sent.signal ?? null;
  try {
    return await fetch(target(template, sent), { method, headers, body, signal, credentials: "same-origin" });
  } catch {
    throw unreachable();
  }
}

export function target(template: string, { path = {}, query = {} }: Loose): string {
  const filled = template.replace(/{(\w+)}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return search ? `${filled}?${search}` : filled;
}

async function checked(answer: Response): Promise<Response> {
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

async function contentOf<N extends RouteName>(answer: Response): Promise<Gives<N>> {
  await checked(answer);
  const text = await answer.text();
  try {
    return (text ? JSON.parse(text) : undefined) as Gives<N>;
  } catch {
    throw new ApiProblem(answer.status, "unreadable", "");
  }
}
