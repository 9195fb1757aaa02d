/** Keeps the session alive. The tokens are cookies that scripts cannot read; all that is kept here is when the
 * access token ends, so that it is renewed before a request fails and nobody signed out is asked for one. */
import { problemOf, unreachable } from "./problem";

const UNTIL = "entrepot.session-until";
const EARLY_MS = 20_000;
const LOCK = "entrepot.renew";

type Listener = () => void;
const listeners = new Set<Listener>();
let renewing: Promise<boolean> | null = null;

export function sessionKnown(): boolean {
  return stored() !== null;
}

export function began(expiresInS: number): void {
  localStorage.setItem(UNTIL, String(Date.now() + expiresInS * 1000));
  tell();
}

export function ended(): void {
  if (!sessionKnown()) return;
  localStorage.removeItem(UNTIL);
  tell();
}

/** Calls back when somebody signs in or out, here or in another tab. */
export function onSession(listener: Listener): () => void {
  const elsewhere = (event: StorageEvent) => event.key === UNTIL && listener();
  listeners.add(listener);
  addEventListener("storage", elsewhere);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", elsewhere);
  };
}

/** Renews the session if it is about to end. */
export async function freshSession(): Promise<void> {
  const until = stored();
  if (until !== null && until - EARLY_MS < Date.now()) await renew(until);
}

/** Renews the session because it may do more now. */
export async function renewNow(): Promise<void> {
  const until = stored();
  if (until !== null) await renew(until);
}

/** Whether asking again makes sense after a 401. */
export async function renewAfterRefusal(): Promise<boolean> {
  const until = stored();
  return until !== null && renew(until);
}

/** One at a time, in all tabs: one request is enough for all of them. */
function renew(known: number): Promise<boolean> {
  renewing ??= alone(() => refresh(known)).finally(() => {
    renewing = null;
  });
  return renewing;
}

function alone<T>(work: () => Promise<T>): Promise<T> {
  // Locks exist in secure contexts only; elsewhere two tabs may ask at once, and get the same tokens.
  return navigator.locks ? navigator.locks.request(LOCK, work) : work();
}

/** Whether there is a session again. Throws when the node does not answer: that ends no session. */
async function refresh(known: number): Promise<boolean> {
  const until = stored();
  if (until !== null && until > known) return true; // another tab was faster
  const answer = await askForRenewal();
  if (answer.ok) {
    began((await answer.json()).expires_in);
    return true;
  }
  const problem = await problemOf(answer);
  if (answer.status >= 500 || answer.status === 429) throw problem;
  ended();
  return false;
}

async function askForRenewal(): Promise<Response> {
  try {
    return await fetch("/api/tokens/refresh", {
      method: "POST",
      headers: { "X-Console": "1", "Content-Type": "application/json" },
      body: "{}",
      credentials: "same-origin",
      // Also when the page goes away meanwhile: the answer brings the only cookies that still count.
      keepalive: true,
    });
  } catch {
    throw unreachable();
  }
}

function stored(): number | null {
  const text = localStorage.getItem(UNTIL);
  return text === null ? null : Number(text);
}

function tell(): void {
  for (const listener of listeners) listener();
}
