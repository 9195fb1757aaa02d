// Written by `make document` from the routes' own table. Do not edit.

/** The secret of the letter; a name and a password only from whoever has no account. */
export type Acceptance = { token: string; name?: string | null; password?: string | null };

/** Requests alike in row, status and caller within one hour. Durations are milliseconds. */
export type Activity = { hour: string; row: string; status: number; principal: string; organisation: string; count: number; mean_ms: number; longest_ms: number; bytes_out: number };

/** An API key as it may be shown: never its secret. */
export type ApiKey = { id: string; name: string; scopes: string[]; created_at: string; expires_at?: string | null; revoked_at?: string | null };

/** A new API key. The secret is shown this once and stored only as a digest. */
export type ApiKeyWithSecret = { key: ApiKey; secret: string };

/** Which data keys: those that follow `after`. */
export type Batch = { after?: string; limit?: number };

/** What a person may change about themselves. */
export type Change = { name: string };

/** Where notices of a kind go. */
export type Channels = { in_app?: boolean; email?: boolean };

/** The envelope, in CloudEvents' structured JSON form. `subject` holds the event's key. */
export type CloudEvent = { id: string; source: string; type: string; subject: string; time: string; specversion?: "1.0"; datacontenttype?: "application/json"; traceparent?: string; data: unknown };

/** A code from the authenticator, or a recovery code. */
export type CodeInput = { code: string };

/** The secret of a letter. */
export type Confirmation = { token: string };

/** A purpose, and what the person last said about it; nothing said is no. */
export type Consent = { purpose: string; about: string; given: boolean; at?: string | null };

/** Yes or no to a purpose. */
export type ConsentChange = { purpose: "product-news" | "usage-research"; given: boolean };

/** What came and what was sent on in one day. */
export type DaySummary = { day: string; messages: number; bytes_in: number; accepted: number; bytes_on: number };

/** `failed`: its handler failed every time. `poison`: it cannot be read. `gap`: events from `sequence` on are missing; `event` then says through which. */
export type DeadLetter = { id: string; kind: "failed" | "gap" | "poison"; source: string; sequence: number; key: string; type: string; event: unknown; error: string; attempts: number; failed_at: string };

/** One notice on its way to one recipient: a person's or a webhook's id. `due_at` is when it is tried next, when quiet hours end that hold it, or until when the post must have taken a letter; `code` is the last HTTP status that a webhook answered. */
export type Delivery = { id: string; notice_id: string; kind: string; channel: "email" | "in_app" | "webhook"; recipient: string; status: "cancelled" | "dead" | "delivered" | "held" | "waiting"; withdrawal: boolean; attempts: number; created_at: string; due_at: string | null; done_at: string | null; code: number | null; error: string };

/** What is to be different; None leaves it. With `revision`, only if nobody changed it since. */
export type DeviceChange = { name?: string | null; kind?: "animal" | "asset" | "container" | "other" | "phone" | "sensor" | "vehicle" | "vessel" | null; person?: string | null; needs_password?: boolean | null; filter?: FilterSettings | null; revision?: number | null };

/** A device as it may be shown. `person` is whose it is, empty for nobody's; `encrypted` says whether it has a payload key; of a `private` one only its person sees where it was. */
export type DeviceView = { id: string; name: string; kind: string; username: string; person: string; needs_password: boolean; encrypted: boolean; friends: boolean; private: boolean; simulated: boolean; filter: FilterSettings; revision: number; created_at: string; revoked_at?: string | null };

/** A device and its new password, which is shown this once, ready to be put into a phone. */
export type DeviceWithSecret = { id: string; username: string; password: string; device: DeviceView; setup: Setup };

/** A template to be tried on a kind's sample. */
export type Draft = { subject: string; text: string; kind: string };

/** What an authenticator needs; it counts once a code from it was confirmed. */
export type Enrolment = { secret: string; uri: string };

/** Everything held about a person, by context. While it gathers, `missing` says who has not answered. */
export type Export = { id: string; state: "gathering" | "ready"; requested_at: string; missing: string[]; held: Record<string, unknown> };

/** A notice was filed in the caller's inbox, or changed there. */
export type Filed = { id: string; kind: string; severity: "critical" | "info" | "warning" };

/** When a fix is not worth keeping; None switches a rule off. Defaults suit phones and vehicles. After `heartbeat_s` without a kept fix the next good one is kept even if the device stands, so that a stop, a dwell and the last contact stay visible. */
export type FilterSettings = { max_future_s?: number | null; max_age_s?: number | null; max_accuracy_m?: number | null; max_speed_mps?: number | null; drift_m?: number | null; min_period_s?: number | null; min_distance_m?: number | null; heartbeat_s?: number };

/** The first administrator, with the secret that the node printed. */
export type FirstPerson = { token: string; email: string; password: string; name: string };

/** A letter in the folder of a development node. */
export type FolderLetter = { id: string; to: string; subject: string; text: string };

/** Whose password is forgotten. */
export type Forgotten = { email: string };

/** What is to be different from now on; what is left out stays. With `revision`, only if nobody changed it since. */
export type GeofenceChange = { name?: string; geometry?: Point | LineShape | PolygonShape | MultiPolygonShape; radius_m?: number | null; width_m?: number | null; colour?: string; active?: Window[]; timezone?: string; devices?: string[]; alerts?: ("enter" | "exit")[]; dwell_s?: number | null; speed_limit_mps?: number | null; revision?: number | null };

/** A fence as it counts now, since `changed_at`. */
export type GeofenceView = { id: string; revision: number; name: string; geometry: Record<string, unknown>; radius_m: number | null; width_m: number | null; colour: string; active: Window[]; timezone: string; devices: string[]; alerts: string[]; dwell_s: number | null; speed_limit_mps: number | null; created_at: string; changed_at: string };

/** An invitation that was not accepted yet. */
export type Invitation = { id: string; email: string; roles: string[]; inviter: string; made_at: string; expires_at: string };

/** The middle of a corridor. */
export type LineShape = { type: "LineString"; coordinates: number[][] };

/** Somebody looked in the minute from `at` on: at the positions from `from` to `to`, of this device, or of `every` one that the organisation has. */
export type Look = { at: string; reader: string; reader_kind: string; what: string; every: boolean; from: string; to: string };

/** A person as administrators of their organisation see them. */
export type Member = { id: string; email: string; name: string; roles: string[]; second_factor: boolean; joined_at: string };

/** Several polygons, such as the parts of one that the antimeridian cuts. */
export type MultiPolygonShape = { type: "MultiPolygon"; coordinates: number[][][][] };

/** What an organisation is called. */
export type Naming = { name: string };

/** A device to be enrolled. A phone is its maker's unless `person` says otherwise (empty: nobody's). */
export type NewDevice = { name: string; kind?: "animal" | "asset" | "container" | "other" | "phone" | "sensor" | "vehicle" | "vessel"; username?: string | null; person?: string | null; needs_password?: boolean; filter?: FilterSettings; simulated?: boolean };

/** A fence to be drawn: a Point with `radius_m`, a LineString with `width_m` (its whole width), a Polygon or a MultiPolygon. It counts in the `active` windows (always, if there are none), for these `devices` (all, if none are named). */
export type NewGeofence = { name: string; geometry: Point | LineShape | PolygonShape | MultiPolygonShape; radius_m?: number | null; width_m?: number | null; colour?: string; active?: Window[]; timezone?: string; devices?: string[]; alerts?: ("enter" | "exit")[]; dwell_s?: number | null; speed_limit_mps?: number | null };

/** Whom to invite, and the roles that they will have. */
export type NewInvitation = { email: string; roles: string[] };

/** What a program's key is for, and what it may do. */
export type NewKey = { name: string; scopes: string[]; expires_in_days?: number | null };

/** The present password, and the one from now on. */
export type NewPassword = { password: string; new_password: string };

/** Who wants an account. */
export type NewPerson = { email: string; password: string; name: string };

/** Where to call, and about which kinds of notices. */
export type NewWebhook = { url: string; kinds?: string[] };

/** A notice in somebody's inbox. `subject_id` is what it is about: a device. */
export type Notification = { id: string; kind: string; severity: "critical" | "info" | "warning"; subject: string; text: string; subject_id: string; occurred_at: string; filed_at: string; late: boolean; simulated: boolean; withdrawn: boolean; read_at: string | null };

/** An organisation; its name is empty until somebody gives it one. */
export type Organisation = { id: string; name: string };

/** `link` opens the app with the configuration in it; `configuration` is the same as a file (`.otrc`). */
export type OwnTracksSetup = { link: string; configuration: Record<string, unknown> };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageActivity = { items: Activity[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageApiKey = { items: ApiKey[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageConsent = { items: Consent[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageDeadLetter = { items: DeadLetter[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageDelivery = { items: Delivery[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageDeviceView = { items: DeviceView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageFolderLetter = { items: FolderLetter[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageGeofenceView = { items: GeofenceView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageInvitation = { items: Invitation[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageLook = { items: Look[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageMember = { items: Member[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageNotification = { items: Notification[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PagePosition = { items: Position[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageQuarantined = { items: Quarantined[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageRejectedFix = { items: RejectedFix[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageRoleView = { items: RoleView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageSessionView = { items: SessionView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageTemplateView = { items: TemplateView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageWebhook = { items: Webhook[]; next?: string | null };

/** The secret with which OwnTracks encrypts what it sends; it is shown this once. */
export type PayloadKey = { key: string };

/** The middle of a circle. */
export type Point = { type: "Point"; coordinates: number[] };

/** An outer ring, and holes. */
export type PolygonShape = { type: "Polygon"; coordinates: number[][][] };

/** Where a device was. `rejected` says why a filter put it aside. */
export type Position = { fixed_at: string; received_at: string; latitude: number; longitude: number; accuracy_m: number | null; altitude_m: number | null; speed_mps: number | null; course_deg: number | null; battery_pct: number | null; attributes: Record<string, unknown> | null; rejected?: string | null };

/** A person's, in one organisation. `channels` of a kind that is not named are the default: the inbox only. `devices` of null are all. Within `throttle_minutes` the same kind about the same device at the same geofence is told once, and the next says how many were not. Letters wait until quiet hours end. */
export type Preferences = { channels?: Record<string, Channels>; devices?: string[] | null; time_zone?: string; quiet_hours?: QuietHours[]; throttle_minutes?: number };

/** What every refusal looks like (RFC 9457); its kind may add members of its own. */
export type Problem = { type: string; title: string; status: number; detail: string; instance?: string; request_id?: string; errors?: string[] };

/** A person as they see themselves, in the organisation of this session. */
export type Profile = { id: string; email: string; name: string; organisation: Organisation; organisations: string[]; roles: string[]; scopes: string[]; second_factor: boolean; recovery_codes: number; created_at: string };

/** A message that could not be understood. */
export type Quarantined = { id: string; device_id: string; protocol: string; received_at: string; reason: string; bytes: number };

/** With its content, as text where it is one; `whole` False when it was too large to keep it all. */
export type QuarantinedMessage = { id: string; device_id: string; protocol: string; received_at: string; reason: string; bytes: number; content: string; encoding: "base64" | "text"; whole: boolean };

/** Quiet from `begins` on each of `days` until `ends`, on the next day if that is no later. */
export type QuietHours = { days: ("fri" | "mon" | "sat" | "sun" | "thu" | "tue" | "wed")[]; begins: string; ends: string };

/** Up to which notice, so that none is marked that came meanwhile; all, without it. */
export type ReadAll = { up_to?: string | null };

/** Proof that an account was erased. What backups hold goes as they expire. */
export type Receipt = { id: string; erased_at: string; done: string[] };

/** Each opens once. They are shown this once. */
export type RecoveryCodes = { recovery_codes: string[] };

/** A fix that was not sent on. */
export type RejectedFix = { id: string; device_id: string; fixed_at: string; received_at: string; reason: string; accuracy_m: number | null; speed_mps: number | null };

/** The newest refresh token of a session. */
export type Renewal = { refresh_token: string };

/** The secret of a letter, and the password from now on. */
export type Reset = { token: string; password: string };

/** What came of trying again: what was understood has left the quarantine. */
export type Retried = { understood: boolean; fixes: number; reports: number; reason: string };

/** How many were wrapped again, and where to go on; null at the end. */
export type Rewrapped = { count: number; next: string | null };

/** A role of an organisation. */
export type Role = { name: string; scopes: string[] };

/** The roles from now on. */
export type RoleChange = { roles: string[] };

/** A role that may be given; `own` are those that the organisation made. */
export type RoleView = { name: string; scopes: string[]; own: boolean };

/** A session as its person sees it. */
export type SessionView = { id: string; agent: string; organisation: string; created_at: string; used_at: string; expires_at: string; current: boolean };

/** All ways in; null where this node offers none. */
export type Setup = { owntracks_http: OwnTracksSetup; owntracks_mqtt: OwnTracksSetup | null; traccar: TraccarSetup };

/** Who, and proof of it; `code` is the second factor's, or a recovery code. */
export type SignIn = { email: string; password: string; code?: string | null; organisation?: string | null };

/** What came in and what was sent on, measured; `saved_share` is the part of the bytes that went no further. `rejected` counts fixes by reason; unreadable messages are counted apart. */
export type Summary = { messages: number; bytes_in: number; accepted: number; bytes_on: number; saved_share: number; rejected: Record<string, number>; unreadable: number; quarantine_dropped: number; days: DaySummary[] };

/** Subject and text with {placeholders}; `{{` and `}}` are braces. */
export type Template = { subject: string; text: string };

/** What a kind's notices say: the organisation's own words, or the house's. */
export type TemplateView = { kind: string; about: string; severity: "critical" | "info" | "warning"; subject: string; text: string; own: boolean; placeholders: string[] };

/** What opens the house: for `expires_in` seconds, and how to renew it. */
export type Tokens = { access_token: string; refresh_token: string; token_type?: string; expires_in: number };

/** `link` opens the app, or is scanned by it; `url` and `id` are for typing. */
export type TraccarSetup = { link: string; url: string; id: string };

/** How many notices were not read yet. */
export type Unread = { count: number };

/** A webhook. `off_reason` says why it was switched off by itself. */
export type Webhook = { id: string; url: string; kinds: string[]; active: boolean; off_reason: string; failing_since: string | null; created_at: string };

/** What is to be different; switching it on forgets its failures. */
export type WebhookChange = { url?: string | null; kinds?: string[] | null; active?: boolean | null };

/** A webhook, and the secret by which its owner checks signatures: it is shown this once. */
export type WebhookWithSecret = { webhook: Webhook; secret: string };

/** Part of a week: `days` 0 (Monday) to 6, from `begins` to `ends` ("HH:MM", local time). An end before its begin lies on the next day. */
export type Window = { days: number[]; begins: string; ends: string };

/** What a person reads. */
export type Written = { subject: string; text: string };

/** What each route takes and gives. */
export interface Routes {
  /** Who asked what, how often and how fast: of the caller's organisation, or of all for operators. */
  "GET /api/activity": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; principal?: string };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; principal?: string } };
    gives: PageActivity;
    scope: "activity:read";
  };
  /** A consistent copy of everything this node keeps, as one tar archive, while it runs. */
  "GET /api/backup": {
    path: Record<never, never>;
    query: { with_keys?: boolean };
    body: undefined;
    sent: { query?: { with_keys?: boolean } };
    gives: Response;
    scope: "node:operate";
  };
  /** Wrap some data keys again, under the newest master key; `next` says where to go on. */
  "POST /api/data-keys/rewrap": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Batch;
    sent: { body: Batch };
    gives: Rewrapped;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/common": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/common/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/common/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/edge": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/edge/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/edge/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/gateway": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/gateway/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/gateway/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/monitor": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/monitor/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/monitor/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/rule": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/rule/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/rule/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/tracking": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/tracking/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/tracking/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/user": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/user/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/user/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** What was sent to whom in the caller's organisation, the newest first; kept for 90 days. */
  "GET /api/deliveries": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; status?: "cancelled" | "dead" | "delivered" | "held" | "waiting"; channel?: "email" | "in_app" | "webhook"; recipient?: string };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; status?: "cancelled" | "dead" | "delivered" | "held" | "waiting"; channel?: "email" | "in_app" | "webhook"; recipient?: string } };
    gives: PageDelivery;
    scope: "notification:manage";
  };
  /** One delivery. */
  "GET /api/deliveries/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Delivery;
    scope: "notification:manage";
  };
  /** Send a dead delivery of a webhook again, from the beginning and with the same `webhook-id`. */
  "POST /api/deliveries/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Delivery;
    scope: "notification:manage";
  };
  /** The devices of the caller's organisation, the first enrolled first. */
  "GET /api/devices": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; search?: string; kind?: "animal" | "asset" | "container" | "other" | "phone" | "sensor" | "vehicle" | "vessel"; person?: string; state?: "moving" | "offline" | "stopped"; revoked?: boolean };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; search?: string; kind?: "animal" | "asset" | "container" | "other" | "phone" | "sensor" | "vehicle" | "vessel"; person?: string; state?: "moving" | "offline" | "stopped"; revoked?: boolean } };
    gives: PageDeviceView;
    scope: "device:read";
  };
  /** Enrol a device of the caller's organisation; its password is shown this once. */
  "POST /api/devices": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewDevice;
    sent: { body: NewDevice };
    gives: DeviceWithSecret;
    scope: "device:write";
  };
  /** One device. */
  "GET /api/devices/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeviceView;
    scope: "device:read";
  };
  /** Another name, kind, person or filter; whether it needs its password. */
  "PATCH /api/devices/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: DeviceChange;
    sent: { path: { id: string }; body: DeviceChange };
    gives: DeviceView;
    scope: "device:write";
  };
  /** End a device's access at once, everywhere. */
  "DELETE /api/devices/{id}": {
    path: { id: string };
    query: { purge?: boolean };
    body: undefined;
    sent: { path: { id: string }; query?: { purge?: boolean } };
    gives: undefined;
    scope: "device:write";
  };
  /** Another password, shown this once; the old one opens nothing any more. */
  "POST /api/devices/{id}/password": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeviceWithSecret;
    scope: "device:write";
  };
  /** A new secret for OwnTracks' encryption, shown this once; from now on the device may use it. */
  "POST /api/devices/{id}/payload-key": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: PayloadKey;
    scope: "device:write";
  };
  /** No encryption any more; what comes encrypted cannot be read. */
  "DELETE /api/devices/{id}/payload-key": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "device:write";
  };
  /** Where a device was, the oldest first, in pages or simplified.. */
  "GET /api/devices/{id}/positions": {
    path: { id: string };
    query: { from?: string; to?: string; cursor?: string; limit?: number; simplify_m?: number; include_rejected?: boolean };
    body: undefined;
    sent: { path: { id: string }; query?: { from?: string; to?: string; cursor?: string; limit?: number; simplify_m?: number; include_rejected?: boolean } };
    gives: PagePosition;
    scope: "position:read";
  };
  /** The positions as a table. */
  "GET /api/devices/{id}/positions.csv": {
    path: { id: string };
    query: { from?: string; to?: string; simplify_m?: number };
    body: undefined;
    sent: { path: { id: string }; query?: { from?: string; to?: string; simplify_m?: number } };
    gives: Response;
    scope: "position:read";
  };
  /** The positions as GeoJSON points. */
  "GET /api/devices/{id}/positions.geojson": {
    path: { id: string };
    query: { from?: string; to?: string; simplify_m?: number };
    body: undefined;
    sent: { path: { id: string }; query?: { from?: string; to?: string; simplify_m?: number } };
    gives: Response;
    scope: "position:read";
  };
  /** The positions as a GPX 1.1 track. */
  "GET /api/devices/{id}/positions.gpx": {
    path: { id: string };
    query: { from?: string; to?: string; simplify_m?: number };
    body: undefined;
    sent: { path: { id: string }; query?: { from?: string; to?: string; simplify_m?: number } };
    gives: Response;
    scope: "position:read";
  };
  /** Who looked at where this device was, the newest first. */
  "GET /api/devices/{id}/reads": {
    path: { id: string };
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { path: { id: string }; query?: { cursor?: string; limit?: number } };
    gives: PageLook;
    scope: "device:read";
  };
  /** Committed events as they flow, from now on; a watcher that is too slow misses some. */
  "GET /api/events": {
    path: Record<never, never>;
    query: { type?: string };
    body: undefined;
    sent: { query?: { type?: string } };
    gives: Response;
    scope: "node:operate";
  };
  /** The geofences of the caller's organisation. */
  "GET /api/geofences": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageGeofenceView;
    scope: "geofence:read";
  };
  /** Draw a geofence. */
  "POST /api/geofences": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewGeofence;
    sent: { body: NewGeofence };
    gives: GeofenceView;
    scope: "geofence:write";
  };
  /** One geofence. */
  "GET /api/geofences/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: GeofenceView;
    scope: "geofence:read";
  };
  /** Change a geofence from now on; what happened before is judged by what it was then. */
  "PATCH /api/geofences/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: GeofenceChange;
    sent: { path: { id: string }; body: GeofenceChange };
    gives: GeofenceView;
    scope: "geofence:write";
  };
  /** Take a geofence away from now on; what happened at it stays. */
  "DELETE /api/geofences/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "geofence:write";
  };
  /** Fixes of the last days that were not sent on, the newest first. */
  "GET /api/intake/rejected": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; device?: string };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; device?: string } };
    gives: PageRejectedFix;
    scope: "intake:read";
  };
  /** What devices sent, what was sent on, and why the rest was not. */
  "GET /api/intake/summary": {
    path: Record<never, never>;
    query: { device?: string; days?: number };
    body: undefined;
    sent: { query?: { device?: string; days?: number } };
    gives: Summary;
    scope: "intake:read";
  };
  /** The invitations into the caller's organisation that were not accepted yet. */
  "GET /api/invitations": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageInvitation;
    scope: "user:read";
  };
  /** Invite somebody into the caller's organisation; a letter with a link goes to the address. */
  "POST /api/invitations": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewInvitation;
    sent: { body: NewInvitation };
    gives: Invitation;
    scope: "user:write";
  };
  /** Join with the secret of the letter, which proves that the address is one's own. */
  "POST /api/invitations/accept": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Acceptance;
    sent: { body: Acceptance };
    gives: undefined;
    scope: "";
  };
  /** Take an invitation back: its link opens nothing. */
  "DELETE /api/invitations/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "user:write";
  };
  /** The API keys of the caller's organisation, the oldest first. */
  "GET /api/keys": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageApiKey;
    scope: "key:read";
  };
  /** Make an API key for a program of the caller's organisation; its secret is shown this once. */
  "POST /api/keys": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewKey;
    sent: { body: NewKey };
    gives: ApiKeyWithSecret;
    scope: "key:write";
  };
  /** End an API key of the caller's organisation; every gateway forgets it at once. */
  "DELETE /api/keys/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "key:write";
  };
  /** The letters of a development node, the newest first; a node with a mail server keeps none. */
  "GET /api/mail": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageFolderLetter;
    scope: "mail:read";
  };
  /** The caller's inbox: the unread first, and then the newest. */
  "GET /api/notifications": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; unread?: boolean };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; unread?: boolean } };
    gives: PageNotification;
    scope: "notification:read";
  };
  /** What is filed in the caller's inbox from now on; whoever is too slow misses some. */
  "GET /api/notifications/live": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: Response;
    scope: "notification:read";
  };
  /** The caller's, in the organisation that they act for; with every kind that they are told about. */
  "GET /api/notifications/preferences": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: Preferences;
    scope: "notification:read";
  };
  /** Say anew what the caller wants to hear. */
  "PUT /api/notifications/preferences": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Preferences;
    sent: { body: Preferences };
    gives: Preferences;
    scope: "notification:write";
  };
  /** Mark all notices as read, or those up to one. */
  "POST /api/notifications/read": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: ReadAll;
    sent: { body: ReadAll };
    gives: undefined;
    scope: "notification:write";
  };
  /** What the notices of every kind say. */
  "GET /api/notifications/templates": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: PageTemplateView;
    scope: "notification:manage";
  };
  /** What a template makes of its kind's sample. */
  "POST /api/notifications/templates/preview": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Draft;
    sent: { body: Draft };
    gives: Written;
    scope: "notification:manage";
  };
  /** Say notices of a kind in the organisation's own words. */
  "PUT /api/notifications/templates/{kind}": {
    path: { kind: string };
    query: Record<never, never>;
    body: Template;
    sent: { path: { kind: string }; body: Template };
    gives: TemplateView;
    scope: "notification:manage";
  };
  /** Say notices of a kind in the house's words again. */
  "DELETE /api/notifications/templates/{kind}": {
    path: { kind: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { kind: string } };
    gives: undefined;
    scope: "notification:manage";
  };
  /** How many notices the caller has not read. */
  "GET /api/notifications/unread": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: Unread;
    scope: "notification:read";
  };
  /** Mark one notice as read. */
  "POST /api/notifications/{id}/read": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "notification:write";
  };
  /** Another administrator of the node, without a letter. */
  "POST /api/operators": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewPerson;
    sent: { body: NewPerson };
    gives: undefined;
    scope: "node:operate";
  };
  /** The caller's organisation. */
  "GET /api/organisation": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: Organisation;
    scope: "account:self";
  };
  /** What the caller's organisation is called from now on. */
  "PATCH /api/organisation": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Naming;
    sent: { body: Naming };
    gives: Organisation;
    scope: "organisation:write";
  };
  /** Ask for a letter with a link to choose a new password. */
  "POST /api/passwords/forgot": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Forgotten;
    sent: { body: Forgotten };
    gives: undefined;
    scope: "";
  };
  /** Choose a new password with the secret of the letter; all sessions end. */
  "POST /api/passwords/reset": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Reset;
    sent: { body: Reset };
    gives: undefined;
    scope: "";
  };
  /** Messages of the organisation's devices that could not be understood, the newest first. */
  "GET /api/quarantine": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; device?: string };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; device?: string } };
    gives: PageQuarantined;
    scope: "intake:read";
  };
  /** One of them, with its content. */
  "GET /api/quarantine/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: QuarantinedMessage;
    scope: "intake:read";
  };
  /** Give up a message. */
  "DELETE /api/quarantine/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "intake:write";
  };
  /** Try again to understand a message, after its device's key or this program has changed. */
  "POST /api/quarantine/{id}/retry": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Retried;
    scope: "intake:write";
  };
  /** The roles that may be given: the house's, then the organisation's own. */
  "GET /api/roles": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: PageRoleView;
    scope: "user:read";
  };
  /** Make or change a role of the organisation; whoever has it signs in again. */
  "POST /api/roles": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Role;
    sent: { body: Role };
    gives: RoleView;
    scope: "organisation:write";
  };
  /** Remove a role of the organisation that nobody has. */
  "DELETE /api/roles/{name}": {
    path: { name: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { name: string } };
    gives: undefined;
    scope: "organisation:write";
  };
  /** The caller's sessions, the oldest first. */
  "GET /api/sessions": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageSessionView;
    scope: "account:self";
  };
  /** End all of the caller's sessions, this one included. */
  "DELETE /api/sessions": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: undefined;
    scope: "account:self";
  };
  /** End one of the caller's sessions; every gateway forgets its tokens at once. */
  "DELETE /api/sessions/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "account:self";
  };
  /** Open a session with an address, a password and, if the person has one, a second factor. */
  "POST /api/tokens": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: SignIn;
    sent: { body: SignIn };
    gives: Tokens;
    scope: "";
  };
  /** End the session, or the access token, that this request came with. */
  "DELETE /api/tokens/current": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: undefined;
    scope: "token:self";
  };
  /** New tokens for the newest refresh token of a session. */
  "POST /api/tokens/refresh": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Renewal;
    sent: { body: Renewal };
    gives: Tokens;
    scope: "";
  };
  /** The people of the caller's organisation, the oldest account first. */
  "GET /api/users": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageMember;
    scope: "user:read";
  };
  /** Ask for an account. */
  "POST /api/users": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewPerson;
    sent: { body: NewPerson };
    gives: undefined;
    scope: "";
  };
  /** Confirm an address with the secret of the letter: the account comes into being. */
  "POST /api/users/confirm": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Confirmation;
    sent: { body: Confirmation };
    gives: undefined;
    scope: "";
  };
  /** The first administrator, with the link that the node printed when it had nobody. */
  "POST /api/users/first": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: FirstPerson;
    sent: { body: FirstPerson };
    gives: undefined;
    scope: "";
  };
  /** Who the caller is, in the organisation of this session. */
  "GET /api/users/me": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: Profile;
    scope: "account:self";
  };
  /** Another name. */
  "PATCH /api/users/me": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Change;
    sent: { body: Change };
    gives: Profile;
    scope: "account:self";
  };
  /** End the caller's account for good: the data key is destroyed, and every context is told. */
  "DELETE /api/users/me": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: Receipt;
    scope: "account:self";
  };
  /** Every purpose, and what the caller last said about it. */
  "GET /api/users/me/consents": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: PageConsent;
    scope: "account:self";
  };
  /** Say yes or no to a purpose. */
  "POST /api/users/me/consents": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: ConsentChange;
    sent: { body: ConsentChange };
    gives: undefined;
    scope: "account:self";
  };
  /** Everything held about the caller. */
  "GET /api/users/me/export": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: Export;
    scope: "account:self";
  };
  /** Another password from now on; all other sessions end. */
  "POST /api/users/me/password": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewPassword;
    sent: { body: NewPassword };
    gives: undefined;
    scope: "account:self";
  };
  /** A secret for an authenticator. */
  "POST /api/users/me/second-factor": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: Enrolment;
    scope: "account:self";
  };
  /** Sign in with the password alone again. */
  "DELETE /api/users/me/second-factor": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: undefined;
    scope: "account:self";
  };
  /** The first code from the authenticator: from now on a sign-in needs one. */
  "POST /api/users/me/second-factor/confirm": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: CodeInput;
    sent: { body: CodeInput };
    gives: RecoveryCodes;
    scope: "account:self";
  };
  /** Give somebody other roles. */
  "PATCH /api/users/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: RoleChange;
    sent: { path: { id: string }; body: RoleChange };
    gives: Member;
    scope: "user:write";
  };
  /** Somebody no longer belongs to the caller's organisation; the account stays theirs. */
  "DELETE /api/users/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "user:write";
  };
  /** The webhooks of the caller's organisation, the oldest first. */
  "GET /api/webhooks": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: PageWebhook;
    scope: "notification:manage";
  };
  /** Have a program told; the secret that proves who calls is shown this once. */
  "POST /api/webhooks": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewWebhook;
    sent: { body: NewWebhook };
    gives: WebhookWithSecret;
    scope: "notification:manage";
  };
  /** One webhook. */
  "GET /api/webhooks/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Webhook;
    scope: "notification:manage";
  };
  /** Call elsewhere, about other kinds, or no more; switching it on forgets its failures. */
  "PATCH /api/webhooks/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: WebhookChange;
    sent: { path: { id: string }; body: WebhookChange };
    gives: Webhook;
    scope: "notification:manage";
  };
  /** Call no more; what was sent stays on record. */
  "DELETE /api/webhooks/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "notification:manage";
  };
  /** A new secret, shown this once. */
  "POST /api/webhooks/{id}/secret": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: WebhookWithSecret;
    scope: "notification:manage";
  };
  /** Send a test; the delivery shows what came of it. */
  "POST /api/webhooks/{id}/test": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Delivery;
    scope: "notification:manage";
  };
}
