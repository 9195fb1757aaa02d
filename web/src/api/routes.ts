// Written by `make document` from the routes' own table. Do not edit.

/** Requests alike in row, status and caller within one hour. Durations are milliseconds. */
export type Activity = { hour: string; row: string; status: number; principal: string; organisation: string; count: number; mean_ms: number; longest_ms: number; bytes_out: number };

/** An API key as it may be shown: never its secret. */
export type ApiKey = { id: string; name: string; scopes: string[]; created_at: string; expires_at?: string | null; revoked_at?: string | null };

/** A new API key. The secret is shown this once and stored only as a digest. */
export type ApiKeyWithSecret = { key: ApiKey; secret: string };

/** The envelope, in CloudEvents' structured JSON form. `subject` holds the event's key. */
export type CloudEvent = { id: string; source: string; type: string; subject: string; time: string; specversion?: "1.0"; datacontenttype?: "application/json"; traceparent?: string; data: unknown };

/** `failed`: its handler failed every time. `poison`: it cannot be read. `gap`: events from `sequence` on are missing; `event` then says through which. */
export type DeadLetter = { id: string; kind: "failed" | "gap" | "poison"; source: string; sequence: number; key: string; type: string; event: unknown; error: string; attempts: number; failed_at: string };

/** What a program's key is for, and what it may do. */
export type NewKey = { name: string; scopes: string[]; expires_in_days?: number | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageActivity = { items: Activity[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageApiKey = { items: ApiKey[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageDeadLetter = { items: DeadLetter[]; next?: string | null };

/** What every refusal looks like (RFC 9457); its kind may add members of its own. */
export type Problem = { type: string; title: string; status: number; detail: string; instance?: string; request_id?: string; errors?: string[] };

/** What each route takes and gives. */
export interface Routes {
  /** Who asked what, how often and how fast: of the caller's organisation, or of all for operators. */
  "GET /api/activity": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; principal?: string };
    body: undefined;
    gives: PageActivity;
    scope: "activity:read";
  };
  /** A consistent copy of everything this node keeps, as one tar archive, while it runs. */
  "GET /api/backup": {
    path: Record<never, never>;
    query: { with_keys?: boolean };
    body: undefined;
    gives: Response;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/gateway": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/gateway/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/gateway/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/monitor": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/monitor/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/monitor/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/user": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/user/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/user/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Committed events as they flow, from now on; a watcher that is too slow misses some. */
  "GET /api/events": {
    path: Record<never, never>;
    query: { type?: string };
    body: undefined;
    gives: Response;
    scope: "node:operate";
  };
  /** The API keys of the caller's organisation. */
  "GET /api/keys": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageApiKey;
    scope: "key:read";
  };
  /** Make an API key for a program of the caller's organisation; its secret is shown this once. */
  "POST /api/keys": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewKey;
    gives: ApiKeyWithSecret;
    scope: "key:write";
  };
  /** End an API key of the caller's organisation; every gateway forgets it at once. */
  "DELETE /api/keys/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: undefined;
    scope: "key:write";
  };
  /** End the access token that this request came with. */
  "DELETE /api/tokens/current": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: undefined;
    scope: "token:self";
  };
}
