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

/** `failed`: its handler failed every time. `poison`: it cannot be read. `gap`: events from `sequence` on are missing; `event` then says through which. */
export type DeadLetter = { id: string; kind: "failed" | "gap" | "poison"; source: string; sequence: number; key: string; type: string; event: unknown; error: string; attempts: number; failed_at: string };

/** What is to be different; None leaves it. With `revision`, only if nobody changed it since. */
export type DeviceChange = { name?: string | null; kind?: "animal" | "asset" | "container" | "other" | "phone" | "sensor" | "vehicle" | "vessel" | null; person?: string | null; needs_password?: boolean | null; filter?: FilterSettings | null; revision?: number | null };

/** A device as it may be shown. `person` is whose it is, empty for nobody's; `encrypted` says whether it has a payload key. */
export type DeviceView = { id: string; name: string; kind: string; username: string; person: string; needs_password: boolean; encrypted: boolean; friends: boolean; simulated: boolean; filter: FilterSettings; revision: number; created_at: string; revoked_at?: string | null };

/** A device and its new password, which is shown this once, ready to be put into a phone. */
export type DeviceWithSecret = { id: string; username: string; password: string; device: DeviceView; setup: Setup };

/** What an authenticator needs; it counts once a code from it was confirmed. */
export type Enrolment = { secret: string; uri: string };

/** Everything held about a person, by context. While it gathers, `missing` says who has not answered. */
export type Export = { id: string; state: "gathering" | "ready"; requested_at: string; missing: string[]; held: Record<string, unknown> };

/** When a fix is not worth keeping; None switches a rule off. Defaults suit phones and vehicles. */
export type FilterSettings = { max_future_s?: number | null; max_age_s?: number | null; max_accuracy_m?: number | null; max_speed_mps?: number | null; drift_m?: number | null; min_period_s?: number | null; min_distance_m?: number | null };

/** The first administrator, with the secret that the node printed. */
export type FirstPerson = { token: string; email: string; password: string; name: string };

/** A letter in the folder of a development node. */
export type FolderLetter = { id: string; to: string; subject: string; text: string };

/** Whose password is forgotten. */
export type Forgotten = { email: string };

/** An invitation that was not accepted yet. */
export type Invitation = { id: string; email: string; roles: string[]; inviter: string; made_at: string; expires_at: string };

/** A person as administrators of their organisation see them. */
export type Member = { id: string; email: string; name: string; roles: string[]; second_factor: boolean; joined_at: string };

/** What an organisation is called. */
export type Naming = { name: string };

/** A device to be enrolled. A phone is its maker's unless `person` says otherwise (empty: nobody's). */
export type NewDevice = { name: string; kind?: "animal" | "asset" | "container" | "other" | "phone" | "sensor" | "vehicle" | "vessel"; username?: string | null; person?: string | null; needs_password?: boolean; filter?: FilterSettings; simulated?: boolean };

/** Whom to invite, and the roles that they will have. */
export type NewInvitation = { email: string; roles: string[] };

/** What a program's key is for, and what it may do. */
export type NewKey = { name: string; scopes: string[]; expires_in_days?: number | null };

/** The present password, and the one from now on. */
export type NewPassword = { password: string; new_password: string };

/** Who wants an account. */
export type NewPerson = { email: string; password: string; name: string };

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
export type PageDeviceView = { items: DeviceView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageFolderLetter = { items: FolderLetter[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageInvitation = { items: Invitation[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageMember = { items: Member[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageRoleView = { items: RoleView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageSessionView = { items: SessionView[]; next?: string | null };

/** The secret with which OwnTracks encrypts what it sends; it is shown this once. */
export type PayloadKey = { key: string };

/** What every refusal looks like (RFC 9457); its kind may add members of its own. */
export type Problem = { type: string; title: string; status: number; detail: string; instance?: string; request_id?: string; errors?: string[] };

/** A person as they see themselves, in the organisation of this session. */
export type Profile = { id: string; email: string; name: string; organisation: Organisation; organisations: string[]; roles: string[]; scopes: string[]; second_factor: boolean; recovery_codes: number; created_at: string };

/** Proof that an account was erased. What backups hold goes as they expire. */
export type Receipt = { id: string; erased_at: string; done: string[] };

/** Each opens once. They are shown this once. */
export type RecoveryCodes = { recovery_codes: string[] };

/** The newest refresh token of a session. */
export type Renewal = { refresh_token: string };

/** The secret of a letter, and the password from now on. */
export type Reset = { token: string; password: string };

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

/** What opens the house: for `expires_in` seconds, and how to renew it. */
export type Tokens = { access_token: string; refresh_token: string; token_type?: string; expires_in: number };

/** `link` opens the app, or is scanned by it; `url` and `id` are for typing. */
export type TraccarSetup = { link: string; url: string; id: string };

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
  /** Wrap some data keys again, under the newest master key; `next` says where to go on. */
  "POST /api/data-keys/rewrap": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Batch;
    gives: Rewrapped;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/common": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/common/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/common/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/edge": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/edge/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/edge/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
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
  "GET /api/dead-letters/rule": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/rule/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/rule/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** The newest first. */
  "GET /api/dead-letters/tracking": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/tracking/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have it tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/tracking/{id}/replay": {
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
  /** The devices of the caller's organisation, the first enrolled first. */
  "GET /api/devices": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; search?: string; kind?: "animal" | "asset" | "container" | "other" | "phone" | "sensor" | "vehicle" | "vessel"; person?: string; state?: "moving" | "offline" | "stopped"; revoked?: boolean };
    body: undefined;
    gives: PageDeviceView;
    scope: "device:read";
  };
  /** Enrol a device of the caller's organisation; its password is shown this once. */
  "POST /api/devices": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewDevice;
    gives: DeviceWithSecret;
    scope: "device:write";
  };
  /** One device. */
  "GET /api/devices/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeviceView;
    scope: "device:read";
  };
  /** Another name, kind, person or filter; whether it needs its password. */
  "PATCH /api/devices/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: DeviceChange;
    gives: DeviceView;
    scope: "device:write";
  };
  /** End a device's access at once, everywhere. */
  "DELETE /api/devices/{id}": {
    path: { id: string };
    query: { purge?: boolean };
    body: undefined;
    gives: undefined;
    scope: "device:write";
  };
  /** Another password, shown this once; the old one opens nothing any more. */
  "POST /api/devices/{id}/password": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: DeviceWithSecret;
    scope: "device:write";
  };
  /** A new secret for OwnTracks' encryption, shown this once; from now on the device may use it. */
  "POST /api/devices/{id}/payload-key": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: PayloadKey;
    scope: "device:write";
  };
  /** No encryption any more; what comes encrypted cannot be read. */
  "DELETE /api/devices/{id}/payload-key": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: undefined;
    scope: "device:write";
  };
  /** Committed events as they flow, from now on; a watcher that is too slow misses some. */
  "GET /api/events": {
    path: Record<never, never>;
    query: { type?: string };
    body: undefined;
    gives: Response;
    scope: "node:operate";
  };
  /** The invitations into the caller's organisation that were not accepted yet. */
  "GET /api/invitations": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageInvitation;
    scope: "user:read";
  };
  /** Invite somebody into the caller's organisation; a letter with a link goes to the address. */
  "POST /api/invitations": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewInvitation;
    gives: Invitation;
    scope: "user:write";
  };
  /** Join with the secret of the letter, which proves that the address is one's own. */
  "POST /api/invitations/accept": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Acceptance;
    gives: undefined;
    scope: "";
  };
  /** Take an invitation back: its link opens nothing. */
  "DELETE /api/invitations/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: undefined;
    scope: "user:write";
  };
  /** The API keys of the caller's organisation, the oldest first. */
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
  /** The letters of a development node, the newest first; a node with a mail server keeps none. */
  "GET /api/mail": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageFolderLetter;
    scope: "mail:read";
  };
  /** Another administrator of the node, without a letter. */
  "POST /api/operators": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewPerson;
    gives: undefined;
    scope: "node:operate";
  };
  /** The caller's organisation. */
  "GET /api/organisation": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: Organisation;
    scope: "account:self";
  };
  /** What the caller's organisation is called from now on. */
  "PATCH /api/organisation": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Naming;
    gives: Organisation;
    scope: "organisation:write";
  };
  /** Ask for a letter with a link to choose a new password. */
  "POST /api/passwords/forgot": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Forgotten;
    gives: undefined;
    scope: "";
  };
  /** Choose a new password with the secret of the letter; all sessions end. */
  "POST /api/passwords/reset": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Reset;
    gives: undefined;
    scope: "";
  };
  /** The roles that may be given: the house's, then the organisation's own. */
  "GET /api/roles": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: PageRoleView;
    scope: "user:read";
  };
  /** Make or change a role of the organisation; whoever has it signs in again. */
  "POST /api/roles": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Role;
    gives: RoleView;
    scope: "organisation:write";
  };
  /** Remove a role of the organisation that nobody has. */
  "DELETE /api/roles/{name}": {
    path: { name: string };
    query: Record<never, never>;
    body: undefined;
    gives: undefined;
    scope: "organisation:write";
  };
  /** The caller's sessions, the oldest first. */
  "GET /api/sessions": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageSessionView;
    scope: "account:self";
  };
  /** End all of the caller's sessions, this one included. */
  "DELETE /api/sessions": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: undefined;
    scope: "account:self";
  };
  /** End one of the caller's sessions; every gateway forgets its tokens at once. */
  "DELETE /api/sessions/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: undefined;
    scope: "account:self";
  };
  /** Open a session with an address, a password and, if the person has one, a second factor. */
  "POST /api/tokens": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: SignIn;
    gives: Tokens;
    scope: "";
  };
  /** End the session, or the access token, that this request came with. */
  "DELETE /api/tokens/current": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: undefined;
    scope: "token:self";
  };
  /** New tokens for the newest refresh token of a session. */
  "POST /api/tokens/refresh": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Renewal;
    gives: Tokens;
    scope: "";
  };
  /** The people of the caller's organisation, the oldest account first. */
  "GET /api/users": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    gives: PageMember;
    scope: "user:read";
  };
  /** Ask for an account. */
  "POST /api/users": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewPerson;
    gives: undefined;
    scope: "";
  };
  /** Confirm an address with the secret of the letter: the account comes into being. */
  "POST /api/users/confirm": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Confirmation;
    gives: undefined;
    scope: "";
  };
  /** The first administrator, with the link that the node printed when it had nobody. */
  "POST /api/users/first": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: FirstPerson;
    gives: undefined;
    scope: "";
  };
  /** Who the caller is, in the organisation of this session. */
  "GET /api/users/me": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: Profile;
    scope: "account:self";
  };
  /** Another name. */
  "PATCH /api/users/me": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Change;
    gives: Profile;
    scope: "account:self";
  };
  /** End the caller's account for good: the data key is destroyed, and every context is told. */
  "DELETE /api/users/me": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: Receipt;
    scope: "account:self";
  };
  /** Every purpose, and what the caller last said about it. */
  "GET /api/users/me/consents": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: PageConsent;
    scope: "account:self";
  };
  /** Say yes or no to a purpose. */
  "POST /api/users/me/consents": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: ConsentChange;
    gives: undefined;
    scope: "account:self";
  };
  /** Everything held about the caller. */
  "GET /api/users/me/export": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: Export;
    scope: "account:self";
  };
  /** Another password from now on; all other sessions end. */
  "POST /api/users/me/password": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewPassword;
    gives: undefined;
    scope: "account:self";
  };
  /** A secret for an authenticator. */
  "POST /api/users/me/second-factor": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: Enrolment;
    scope: "account:self";
  };
  /** Sign in with the password alone again. */
  "DELETE /api/users/me/second-factor": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    gives: undefined;
    scope: "account:self";
  };
  /** The first code from the authenticator: from now on a sign-in needs one. */
  "POST /api/users/me/second-factor/confirm": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: CodeInput;
    gives: RecoveryCodes;
    scope: "account:self";
  };
  /** Give somebody other roles. */
  "PATCH /api/users/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: RoleChange;
    gives: Member;
    scope: "user:write";
  };
  /** Somebody no longer belongs to the caller's organisation; the account stays theirs. */
  "DELETE /api/users/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    gives: undefined;
    scope: "user:write";
  };
}
