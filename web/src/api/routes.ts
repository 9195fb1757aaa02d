// Written by `make document` from the routes' own table. Do not edit.

/** The secret of the letter; a name and a password only from whoever has no account. */
export type Acceptance = { token: string; name?: string | null; password?: string | null };

/** An account. `suspended_at` is null while it works. */
export type Account = { id: string; email: string; name: string; memberships: AccountMembership[]; second_factor: boolean; sessions: number; keys: number; created_at: string; suspended_at: string | null };

/** What was done to an account and by whom; `type` is the event's, and `operator` the command line. */
export type AccountAct = { at: string; type: string; person: string; actor: string };

/** What somebody is in an organisation. */
export type AccountMembership = { organisation: string; roles: string[] };

/** Alerts that somebody has seen to. */
export type Acknowledgement = { ids: string[] };

/** Requests alike in row, status and caller within one hour. Durations are milliseconds. */
export type Activity = { hour: string; row: string; status: number; principal: string; organisation: string; count: number; mean_ms: number; longest_ms: number; bytes_out: number };

/** What an organisation wants to be told of facts of one `kind` (`*`: of all) about one `device` (or another thing, by its id; empty: about all). The closest rule counts: that for both, for the device, for the kind, for all. It counts for facts that are heard from then on. `tells` false: nothing becomes an alert. A fact must hold for `holds_for_s`: it is no alert if meanwhile another ends it, as leaving ends being inside. It must be `confirmed_by` a fact of another kind about the same thing, at most `confirmed_within_s` before or after it. And within `again_after_s` of an alert of the same kind about the same thing it only counts there (`repeats`). */
export type AlertRule = { kind?: string; device?: string; tells?: boolean; holds_for_s?: number; confirmed_by?: string; confirmed_within_s?: number; again_after_s?: number };

/** Stored as JSON in `device.alerts`; None switches an alert off. Enter, exit, dwell and the limits of single fences are the fences' own. Overspeed lasts `overspeed_s` above `overspeed_mps` and ends below nine tenths of it. A low battery is told again once it was `rearm_pct` above the threshold. A device is guarded from `guarded_since_us`: then it may not move `guard_radius_m`; in `guarded` windows no trip may begin. If asked for, what is `unusual` for this device is told from a score of `unusual_score` on: at 0.8, while habits stay as they are, chance alone tells at most one in two weeks. With `phone_regions`, entering and leaving the regions that the phone itself watches is told, too; with `alarms`, what the device raises itself: SOS, tow, power cut, others. */
export type AlertSettings = { low_battery_pct?: number | null; rearm_pct?: number; overspeed_mps?: number | null; overspeed_s?: number; offline_after_s?: number | null; guarded_since_us?: number | null; guard_radius_m?: number; guarded?: Window[]; unusual?: boolean; unusual_score?: number; phone_regions?: boolean; alarms?: boolean; timezone?: string };

/** Something happened at `occurred_at`, by the device's clock. `late` was found only from data that came late; `withdrawn_at` says when late data showed that it was wrong; `corrects` names the alert that it replaces. `value` is m/s, per cent, seconds or metres, as the kind asks. `device_id` is what it is about: a device, or a thing of another context. `place` says how far from which town it was; `repeats` counts what came again too soon to be told again. */
export type AlertView = { id: string; kind: string; device_id: string; device_name: string; geofence_id: string; geofence_name: string; occurred_at: string; raised_at: string; latitude: number | null; longitude: number | null; value: number | null; late: boolean; simulated: boolean; corrects: string; withdrawn_at: string | null; acknowledged_at: string | null; acknowledged_by: string; repeats?: number; place?: string };

/** An API key as it may be shown: never its secret. */
export type ApiKey = { id: string; name: string; scopes: string[]; created_at: string; expires_at?: string | null; revoked_at?: string | null };

/** A new API key. The secret is shown this once and stored only as a digest. */
export type ApiKeyWithSecret = { key: ApiKey; secret: string };

/** Of which organisation somebody becomes an administrator; the only one that they belong to, if it is left out. `operators` are those who run the node. */
export type Appointment = { organisation?: string | null };

/** A rule in an answer: it applies, or it `may`. */
export type AskedRule = { id: string; title: string; may: boolean };

/** What the browser's `get()` returned, in base64url. */
export type Assertion = { id: string; client_data: string; authenticator_data: string; signature: string; user_handle?: string | null };

/** What became of a backup; `error` says why it failed and is empty for a good one. */
export type BackupRecord = { id: string; ended_at: string; took_ms: number; name: string; bytes: number; encrypted: boolean; error: string };

/** Every subject in its order; each is a screening of its own by now. */
export type BatchReport = { screened: number; clear: number; open: number; matched: number; results: BatchResult[] };

/** What came of one subject. `line` is that of the file, else its number; `score`, `matched_name`, `list` and `entry` are those of the likeliest hit, if there is one. */
export type BatchResult = { line: number; id: string; name: string; reference: string; state: "clear" | "matched" | "open"; total: number; score?: number; matched_name?: string; list?: string; entry?: string };

/** Stored checks, asked again today with and without the version. All but `same` would be answered otherwise, some in both verdict and list; `changed` shows at most 200 of them. Older ones are tried with `next` as `before`, until nothing is tried any more. */
export type Canary = { tried: number; same: number; verdicts_changed: number; lists_changed: number; changed: ChangedCheck[]; next: string | null };

/** How many of the newest checks to try again, of those older than the check `before`, and a rule as it would be after an edit not yet saved. */
export type CanaryInput = { before?: string; limit?: number; rule?: Rule | null };

/** What a person may change about themselves. */
export type Change = { name: string };

/** A stored check that would be answered otherwise: today's answer `before`, and the one `after`. Rules are those that apply or may; `altered` stay in the list and say, prove, ask or cost something else. Only the caller's organisation's `own` checks can be opened, and only they show the words with which somebody described the goods. */
export type ChangedCheck = { id: string; organisation: string; own: boolean; checked_at: string; description: string; hs_code: string; hs_title: string; origin: string; destination: string; mode: "air" | "courier" | "post" | "rail" | "road" | "sea" | null; day: string | null; before: "clear" | "not_covered" | "prohibited" | "requirements" | "unknown"; after: "clear" | "not_covered" | "prohibited" | "requirements" | "unknown"; added: AskedRule[]; removed: AskedRule[]; altered: RuleDiff[] };

/** Where notices of a kind go. */
export type Channels = { in_app?: boolean; email?: boolean };

/** Rules of a market that name this chapter. */
export type ChapterCount = { chapter: string; rules: number };

/** What it costs: a `rate` in percent of the basis, or an `amount` in a currency per basis. `above` and `up_to` bound the value of the consignment, in the threshold's currency, for which it is due. */
export type Charge = { kind: "duty" | "fee" | "vat"; title: string; rate?: number | null; amount?: number | null; currency?: string; basis: "consignment" | "item" | "item_type" | "kg" | "value" | "value_and_duty"; above?: number | null; up_to?: number | null; threshold_currency?: string };

/** A stored check: what was answered then, byte for byte, under an id, and who asked (empty once they are erased). It has no id if it was not kept. */
export type Check = { verdict: "clear" | "not_covered" | "prohibited" | "requirements" | "unknown"; requirements: Requirement[]; possible: Requirement[]; questions: Question[]; near_misses: NearMiss[]; exemptions: Requirement[]; exempted: SetAside[]; superseded: SetAside[]; landed_cost: LandedCost; coverage: Covered; facts: ProductFacts; input_hash: string; pack: string; packs: PackRef[]; notices: string[]; engine?: number; id: string | null; checked_at: string; checked_by: string };

/** A check in a list: `done` of `todo` requirements are ticked off. Nobody counted them in old checks. */
export type CheckRow = { id: string; checked_at: string; verdict: "clear" | "not_covered" | "prohibited" | "requirements" | "unknown"; hs_code: string; origin: string; destination: string; description: string; pack: string; done: number; todo: number | null };

/** A word and what it says. */
export type Choice = { id: string; title: string };

/** What would tell the likeliest codes apart. */
export type Choosing = { text: string; options: CodeLine[] };

/** Where the law says so, and when somebody last looked. */
export type Citation = { law: string; article?: string; url?: string; checked_on: string };

/** The envelope, in CloudEvents' structured JSON form. `subject` holds the event's key. */
export type CloudEvent = { id: string; source: string; type: string; subject: string; time: string; specversion?: "1.0"; datacontenttype?: "application/json"; traceparent?: string; data: unknown };

/** A code from the authenticator, or a recovery code. */
export type CodeInput = { code: string };

/** A code in a list. `title` is in our words where there are some, else the table's. */
export type CodeLine = { code: string; title: string; text?: string };

/** A code with everything around it; `section` is a Roman numeral, `words` names from daily trade. */
export type CodeView = { code: string; title: string; text: string; section: string; section_title: string; chapter: CodeLine; parents: CodeLine[]; children: CodeLine[]; words: string[]; notes: string[]; table: TableView };

/** A column of a CSV file: what its cells hold, and the cells of a sample. */
export type Column = { name: string; about: string; required?: boolean; examples?: string[] };

/** It is kept until the device takes it. */
export type Commanded = { command_id: string };

/** Both names as they were compared: in Latin letters, without titles and legal forms. */
export type Compared = { subject: string; listed: string };

/** A limit, such as battery_energy > 100 Wh or value <= 150 EUR (a value has a currency, no unit). */
export type Condition = { field: string; op: "!=" | "<" | "<=" | "=" | ">" | ">="; value: number; unit?: string; currency?: string };

/** One condition of a rule, and the fact that it was held against. */
export type ConditionReason = { condition: string; expected: string; fact: string };

/** The secret of a letter. A `password` is the one that was chosen at the sign-up; with a `name` too, both take the place of what was chosen then: whoever has the letter decides. */
export type Confirmation = { token: string; password?: string | null; name?: string | null };

/** A purpose, and what the person last said about it; nothing said is no. */
export type Consent = { purpose: string; about: string; given: boolean; at?: string | null };

/** Yes or no to a purpose. */
export type ConsentChange = { purpose: "product-news" | "usage-research"; given: boolean };

/** What somebody said about being tracked: yes or no, and what for. */
export type ConsentWord = { at: string; person: string; given: boolean; purposes: string[] };

/** A domain of law that the pack's rules speak of in these markets; `leaving` is about what leaves them. Without codes it is about all goods that the domain can touch. `complete` claims that the rules hold all of it; otherwise they hold some, and the answer says so. `about` says what is in it and what is not. */
export type Cover = { domain: string; markets: string[]; way?: "entering" | "leaving"; hs_include?: string[]; hs_exclude?: string[]; exclude_origins?: string[]; valid_from?: string | null; valid_to?: string | null; complete?: boolean; about?: string; checked_on: string };

/** How far the packs know a market and a heading: rules that name the heading (or its chapter, if the code is no longer), and rules for all goods. Rules that only charge (severity `duty`) do not count. `domains` are those of the destination's law, `leaving` those of the origin's about what leaves it. */
export type Covered = { market: string; chapter: string; heading: string; level: "general" | "none" | "open" | "specific"; specific: number; general: number; domains?: CoveredDomains; leaving?: CoveredDomains };

/** The domains of law that can touch the goods, by how far the packs say that they cover them. */
export type CoveredDomains = { complete?: string[]; partial?: string[]; none?: string[] };

/** What `navigator.credentials.create()` takes: `PublicKeyCredentialCreationOptionsJSON`. */
export type CreationOptions = { rp: PartyEntity; user: UserEntity; challenge: string; pubKeyCredParams: KeyParameter[]; timeout?: number; excludeCredentials: Descriptor[]; authenticatorSelection?: AuthenticatorSelection; attestation?: "none" };

/** Days that differ from the check's own. */
export type Dates = { entry?: string | null; shipped_on_board?: string | null; placed_on_market?: string | null; order?: string | null };

/** What a device did from midnight to midnight. A trip over midnight is shared by time; `max_speed_mps` is the highest of the trips that touch the day. */
export type Day = { day: string; distance_m: number; moving_s: number; stopped_s: number; trips: number; stops: number; max_speed_mps: number | null };

/** How often events of one type happened on a day. */
export type DayOfEvents = { day: string; type: string; count: number };

/** What came and what was sent on in one day. */
export type DaySummary = { day: string; messages: number; bytes_in: number; accepted: number; bytes_on: number };

/** `failed`: its handler failed every time. `poison`: it cannot be read. `gap`: events from `sequence` on are missing; `event` then says through which. */
export type DeadLetter = { id: string; kind: "failed" | "gap" | "poison"; source: string; sequence: number; key: string; type: string; event: unknown; error: string; attempts: number; failed_at: string };

/** `current` says whether it still counts: the entry has not changed since. `changed` are the members of the entry that differ from what they were then, as far as that is known. */
export type Decision = { verdict: "false_positive" | "true_match"; reason: string; decided_by: string; decided_at: string; current: boolean; changed?: string[] };

/** One notice on its way to one recipient: a person's or a webhook's id. `due_at` is when it is tried next, when quiet hours end that hold it, or until when the post must have taken a letter; `code` is the last HTTP status that a webhook answered. */
export type Delivery = { id: string; notice_id: string; kind: string; channel: "email" | "in_app" | "webhook"; recipient: string; status: "cancelled" | "dead" | "delivered" | "held" | "waiting"; withdrawal: boolean; attempts: number; created_at: string; due_at: string | null; done_at: string | null; code: number | null; error: string };

/** How far a delivery is: `stops_left` with the guest's own, which is `to`. It comes between `earliest` and `latest`, which are null when nobody can say: it was not seen for 15 minutes, or is there. `measured` False: the span rests on an assumed speed, because it hardly moved of late. */
export type DeliveryProgress = { to: string; stops_left: number; earliest: string | null; latest: string | null; measured: boolean };

/** A place on the way, by name or address. */
export type DeliveryStop = { name: string; latitude: number; longitude: number };

/** Where the browser goes, and the secret without which nobody comes back. The console's is a cookie. */
export type Departure = { url: string; binding?: string };

/** A trait that a description names, or denies (`holds` false), and the words that do. */
export type Described = { trait: string; holds: boolean; words: string };

/** A passkey that may answer, or that is there already. */
export type Descriptor = { id: string; transports: string[]; type?: "public-key" };

/** What is to be different; None leaves it. With `revision`, only if nobody changed it since. */
export type DeviceChange = { name?: string | null; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel" | null; person?: string | null; needs_password?: boolean | null; filter?: FilterSettings | null; revision?: number | null };

/** A device, and where it is now. What the caller may not see is null. */
export type DeviceNow = { id: string; name: string; kind: string; username: string; person: string; needs_password: boolean; encrypted: boolean; friends: boolean; private: boolean; simulated: boolean; filter: FilterSettings; revision: number; created_at: string; revoked_at?: string | null; state?: "moving" | "offline" | "stopped" | "unseen" | null; last_contact_at?: string | null; battery_pct?: number | null; odometer_m?: number | null; position?: Position | null };

/** A device as it may be shown. `person` is whose it is, empty for nobody's; `encrypted` says whether it has a payload key; of a `private` one only its person sees where it was. */
export type DeviceView = { id: string; name: string; kind: string; username: string; person: string; needs_password: boolean; encrypted: boolean; friends: boolean; private: boolean; simulated: boolean; filter: FilterSettings; revision: number; created_at: string; revoked_at?: string | null };

/** A device and its new password, which is shown this once, ready to be put into a phone. */
export type DeviceWithSecret = { id: string; username: string; password: string; device: DeviceView; setup: Setup };

/** What the second version changes of the first. */
export type Diff = { before: string; after: string; pack: FieldChange[]; added: RuleName[]; removed: RuleName[]; changed: RuleDiff[] };

/** Something that proves that a requirement is met. */
export type Document = { id: string; title: string; about?: string };

/** A domain of law that packs may say they cover, and whom to ask where none does. */
export type DomainView = { id: string; title: string; ask: string };

/** A template to be tried on a kind's sample. */
export type Draft = { subject: string; text: string; kind: string };

/** A charge, and what it comes to if that can be told. Amounts are decimal numbers as text; `open` says what keeps one from being told, or what is not in it yet. */
export type DueCharge = { rule: string; kind: string; title: string; basis: string; rate?: number | null; amount_each?: number | null; currency?: string; comes_to?: string | null; open?: string };

/** What an authenticator needs; it counts once a code from it was confirmed. */
export type Enrolment = { secret: string; uri: string };

/** A group of documents of the pack: all of the first are needed, and one of the second. */
export type Evidence = { all_of?: string[]; any_of?: string[]; waivers?: Waiver[] };

/** What proves it: all of the first, one of the second. `waived` says why it is not needed, and `may_be_waived` what would have to hold. */
export type EvidenceGroup = { all_of?: Choice[]; any_of?: Choice[]; waived?: string; may_be_waived?: string[] };

/** Everything held about a person, by context. While it gathers, `missing` says who has not answered. */
export type Export = { id: string; state: "gathering" | "ready"; requested_at: string; missing: string[]; held: Record<string, unknown> };

/** A field before and after, as JSON; null where it was or is not said. */
export type FieldChange = { field: string; before: unknown; after: unknown };

/** `sample` is a whole CSV file that can be imported; larger files than `most_bytes` are not taken. */
export type FileForm = { columns: Column[]; sample: string; most_bytes: number };

/** A table of the Harmonized System, a list of restricted parties, subjects to screen, a pack of rules, and exchange rates. */
export type FileForms = { hs: FileForm; parties: FileForm; subjects: FileForm; pack: FileForm; rates: FileForm };

/** When a fix is not worth keeping; None switches a rule off. Defaults suit phones and vehicles. After `heartbeat_s` without a kept fix the next good one is kept even if the device stands, so that a stop, a dwell and the last contact stay visible. */
export type FilterSettings = { max_future_s?: number | null; max_age_s?: number | null; max_accuracy_m?: number | null; max_speed_mps?: number | null; drift_m?: number | null; min_period_s?: number | null; min_distance_m?: number | null; heartbeat_s?: number };

/** The first administrator, with the secret that the node printed. */
export type FirstPerson = { token: string; email: string; password: string; name: string };

/** What the first administrator begins with. */
export type FirstSecret = { token: string };

/** One thing to mend. `code` is a stable word for it; `field` is the path within the rule, or within the pack where no `rule` is named; `line` is 0 where there is no file. */
export type Flaw = { code: string; reason: string; rule?: string; field?: string; file?: string; line?: number };

/** What keeps a draft from being submitted. */
export type Flaws = { revision: number; flaws: Flaw[]; tests: number };

/** What a device did from midnight to midnight. */
export type FleetDay = { device_id: string; device_name: string; day: string; distance_m: number; moving_s: number; stopped_s: number; trips: number; stops: number; max_speed_mps: number | null };

/** A device was faster than `limit_mps` for ten seconds or longer. It was fastest at the place. */
export type FleetSpeeding = { device_id: string; device_name: string; started_at: string; ended_at: string; duration_s: number; max_speed_mps: number; limit_mps: number; latitude: number; longitude: number; place?: string };

/** A stop that touches the time; the device still stands while `ended_at` is null. */
export type FleetStop = { device_id: string; device_name: string; started_at: string; ended_at: string | null; duration_s: number | null; latitude: number; longitude: number; place?: string };

/** What a device did in the whole time. What reaches over its ends is shared by time; trips and stops are counted where they begin. It moved first at `first_at` and last at `last_at`. */
export type FleetSummary = { device_id: string; device_name: string; distance_m: number; moving_s: number; stopped_s: number; trips: number; stops: number; max_speed_mps: number | null; average_speed_mps: number | null; first_at: string | null; last_at: string | null };

/** A trip that touches the time; it goes on while `ended_at` is null. */
export type FleetTrip = { device_id: string; device_name: string; started_at: string; ended_at: string | null; duration_s: number | null; distance_m: number; max_speed_mps: number | null; average_speed_mps: number | null; start_latitude: number; start_longitude: number; end_latitude: number | null; end_longitude: number | null; start_place?: string; end_place?: string };

/** A device was in a geofence in the time; it still is while `left_at` is null. `from_first` marks one that was inside when it was seen first, so that nobody knows when it came; `passed` one that went through between two fixes. */
export type FleetVisit = { device_id: string; device_name: string; geofence_id: string; geofence_name: string; entered_at: string; left_at: string | null; duration_s: number | null; from_first: boolean; passed: boolean };

/** A letter in the folder of a development node. */
export type FolderLetter = { id: string; to: string; subject: string; text: string };

/** Whose password is forgotten. */
export type Forgotten = { email: string };

/** Where a device stops again and again. `hours_s` and `weekdays_s` (Monday first) tell when, in the time zone that was asked for; no stop lies farther than `radius_m` from the middle. */
export type FrequentPlace = { kind: "customer" | "depot" | "home" | "regular" | "work"; latitude: number; longitude: number; radius_m: number; visits: number; days: number; total_s: number; hours_s: number[]; weekdays_s: number[]; last_visit_at: string };

/** What is to be different from now on; what is left out stays. With `revision`, only if nobody changed it since. */
export type GeofenceChange = { name?: string; geometry?: Point | LineShape | PolygonShape | MultiPolygonShape; radius_m?: number | null; width_m?: number | null; colour?: string; active?: Window[]; timezone?: string; devices?: string[]; alerts?: ("enter" | "exit")[]; dwell_s?: number | null; speed_limit_mps?: number | null; revision?: number | null };

/** A fence as it counts now, since `changed_at`. */
export type GeofenceView = { id: string; revision: number; name: string; geometry: Record<string, unknown>; radius_m: number | null; width_m: number | null; colour: string; active: Window[]; timezone: string; devices: string[]; alerts: string[]; dwell_s: number | null; speed_limit_mps: number | null; created_at: string; changed_at: string };

/** A group of countries that rules may name. */
export type GroupView = { id: string; title: string; source: string; checked_on: string | null; members: MemberView[] };

/** What a device usually does, by the clock of `timezone`; `message` says what is missing while there is not `enough` history. `judgements` are the newest episodes, the last first. */
export type HabitsView = { enough: boolean; message: string; timezone: string; learned_at: string | null; since: string | null; until: string | null; days: number; visits: number; places: HabitualPlace[]; moving: number[]; routes: HabitualRoute[]; judgements: JudgementView[] };

/** How likely the device is at a place, by hour of the week: 168 shares from Monday midnight on. */
export type HabitualPlace = { place_id: string; name: string; kind: "customer" | "depot" | "home" | "other" | "work"; shares: number[] };

/** A way from one place to another; `corridors` are GeoJSON lines of longitude and latitude. */
export type HabitualRoute = { from_place_id: string; to_place_id: string; count: number; typical_duration_s: number; long_duration_s: number; typical_distance_m: number; corridor_width_m: number; corridors: unknown[][][] };

/** A hit, the newest decision about this subject and this entry, and those before it, the newest first. */
export type HitView = { list: string; version: number; entry: Party; entry_digest: string; score: number; matched_name: string; parts: Part[]; compared: Compared; decision?: Decision | null; earlier?: Decision[] };

/** A number or an address that names one party. `country` issued it. */
export type Identifier = { type?: "call_sign" | "imo" | "lei" | "mmsi" | "national" | "other" | "passport" | "registration" | "serial" | "swift" | "tax" | "wallet"; value: string; country?: string };

/** A link as its person sees it; `account` is what they are called there. */
export type IdentityView = { id: string; provider: string; title: string; account: string; linked_at: string; used_at: string };

/** What an import found. `pack` is the new draft, or null after a dry run. */
export type ImportReport = { pack: PackView | null; name: string; rules: number; documents: number; flaws: Flaw[]; changes: Diff | null };

/** A notice was filed in the caller's inbox, or changed there. */
export type InboxChange = { id: string; kind: string; severity: "critical" | "info" | "warning" };

/** An invitation that was not accepted yet. */
export type Invitation = { id: string; email: string; roles: string[]; inviter: string; made_at: string; expires_at: string };

/** How unusual an episode was, 0 to 1, and why. `alert_id` names the alert that told it, if one did. */
export type JudgementView = { began_at: string; ended_at: string; score: number; reasons: UnusualReason[]; alert_id: string | null };

/** Which data keys: those that follow `after`. */
export type KeyBatch = { after?: string; limit?: number };

/** How many keys were wrapped again, and the cursor to go on from; null at the end. */
export type KeysRewrapped = { count: number; next: string | null };

/** A place, with how often and how long the device was there in the time that was asked. */
export type KnownPlace = { id: string; name: string; kind: "customer" | "depot" | "home" | "other" | "work"; kind_score: number; kind_fixed: boolean; latitude: number; longitude: number; radius_m: number; visits: number; dwell_s: number; first_at: string; last_at: string };

/** What the rules charge. Sums are per currency; `complete` only if nothing is `missing`, which says in sentences what the sums leave out. */
export type LandedCost = { charges: DueCharge[]; totals: Total[]; complete: boolean; missing?: string[] };

/** The middle of a corridor. */
export type LineShape = { type: "LineString"; coordinates: number[][] };

/** What an import did. `changes` are the first two hundred; the diff has them all. Of an `unchanged` list only the title and the day of its publication are taken. `layout` is the publisher's, and empty for the own form; `notes` say what was left out. */
export type ListReport = { state: "imported" | "unchanged"; list: string; version: number; title: string; published_on: string; digest: string; entries: number; names: number; added: number; changed: number; removed: number; changes: PartyChange[]; layout?: string; notes?: string[] };

/** A version of a list, named by its hash. A retired list finds nobody any more. */
export type ListVersion = { list: string; version: number; title: string; digest: string; published_on: string; entries: number; added: number; changed: number; removed: number; retired: boolean; imported_at: string };

/** An entry of the version of a list that answers now. */
export type ListedEntry = { list: string; version: number; entry: Party };

/** First a `snapshot` of where the devices are; then `news`, the newest of each that moved; `gone` names those that one may see no more. */
export type LiveNews = { kind: "news" | "snapshot"; positions: Whereabouts[]; gone?: string[] };

/** A reader of a context's log: it has everything through `confirmed`, and `behind` events are kept for it. `wait_events` and `wait_days` are bounds of its own. One that was removed is refused. */
export type LogReader = { reader: string; confirmed: number; behind: number; enrolled_by: "hand" | "wiring"; enrolled_at: string; heard_at: string | null; wait_events: number | null; wait_days: number | null; left_behind_at: string | null; removed_at: string | null };

/** Somebody looked in the minute from `at` on: at the positions from `from` to `to`, of this device, or of `every` one that the organisation has. */
export type Look = { at: string; reader: string; reader_kind: string; what: string; every: boolean; from: string; to: string };

/** What the packs hold for a market: `general` rules are for goods of any code, `chapters` counts those that name a chapter. A country has those of its groups too: `rules_of` are the markets whose rules count. `domains` says how far they cover each domain of law. */
export type MarketCoverage = { market: string; title: string; rules_of: string[]; general: number; chapters: ChapterCount[]; domains: CoveredDomains };

/** A code that was found, under its parents. `score` is from 0 to 1; `because` are the words that led to it, as they were understood. */
export type Match = { code: string; title: string; text: string; score: number; because: string[]; parents: CodeLine[] };

/** Of a code, `digits` are what was asked for and `beginning` what the found codes begin with; `exists` says whether the system has it, or is null where nobody knows without an imported table. */
export type Matches = { items: Match[]; table: TableView; digits?: string; beginning?: string; exists?: boolean | null };

/** A number that rules ask for, in which units. */
export type MeasureView = { id: string; question: string; units: string[] };

/** A person as administrators of their organisation see them. */
export type Member = { id: string; email: string; name: string; roles: string[]; second_factor: boolean; suspended: boolean; joined_at: string };

export type MemberView = { country: string; since: string; until?: string | null };

/** Several polygons, such as the parts of one that the antimeridian cuts. */
export type MultiPolygonShape = { type: "MultiPolygon"; coordinates: number[][][][] };

/** A rule for this market and code that does not apply, and the first condition that failed. */
export type NearMiss = { rule: string; title: string; severity: "document" | "duty" | "information" | "label" | "prohibited" | "registration" | "restricted" | "test"; failed: ConditionReason };

/** The address from now on. */
export type NewAddress = { email: string };

/** Either `subjects`, or a CSV file as `text`; `threshold` and `watch` are for the rows of a file. */
export type NewBatch = { subjects?: NewScreening[]; text?: string; threshold?: number; watch?: boolean };

/** Facts to check. `known_at` asks what the packs that were active at a past moment say; the law's own time is `date`. What only tries something out need not be kept: `keep` false. */
export type NewCheck = { hs_code?: string | null; nomenclature?: "CN8" | "HS2022" | "HTS10" | null; description?: string; traits?: string[]; not_traits?: string[]; no_other_traits?: boolean; origin: string; destination: string; transit?: string[]; date?: string | null; dates?: Dates; mode?: "air" | "courier" | "post" | "rail" | "road" | "sea" | null; role?: "carrier" | "exporter" | "importer" | "manufacturer" | "marketplace" | "representative" | "seller" | null; value?: number | null; currency?: string | null; values?: Record<string, number>; rates?: UsedRate[]; quantity?: number | null; measures?: Record<string, Quantity>; answers?: Record<string, boolean>; known_at?: string | null; keep?: boolean };

/** An OwnTracks action with what it needs: `configuration` with setConfiguration, one of `content`, `url` and `notification` with action; or `text`, which an OsmAnd client gets as its answer. */
export type NewCommand = { action: "action" | "clearWaypoints" | "dump" | "reportLocation" | "reportSteps" | "setConfiguration" | "status" | "text" | "waypoints"; content?: string | null; url?: string | null; notification?: string | null; text?: string | null; configuration?: Record<string, string | number | boolean> | null };

/** About one hit, with a reason that somebody else understands. `entry_digest` is that of the hit that was looked at: if the entry has changed since, nothing is decided. */
export type NewDecision = { list: string; entry: string; verdict: "false_positive" | "true_match"; reason: string; entry_digest?: string };

/** Where to; `again`: the provider is to ask for the password even if it knows who it is. `binding` is the secret of an earlier departure of the same browser, so that it may come back from both. */
export type NewDeparture = { provider: string; again?: boolean; binding?: string };

/** A device to be enrolled. A phone is its maker's unless `person` says otherwise (empty: nobody's). */
export type NewDevice = { name: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; username?: string | null; person?: string | null; needs_password?: boolean; filter?: FilterSettings; simulated?: boolean };

/** A fence to be drawn: a Point with `radius_m`, a LineString with `width_m` (its whole width), a Polygon or a MultiPolygon. It counts in the `active` windows (always, if there are none), for these `devices` (all, if none are named). */
export type NewGeofence = { name: string; geometry: Point | LineShape | PolygonShape | MultiPolygonShape; radius_m?: number | null; width_m?: number | null; colour?: string; active?: Window[]; timezone?: string; devices?: string[]; alerts?: ("enter" | "exit")[]; dwell_s?: number | null; speed_limit_mps?: number | null };

/** Whom to invite, and the roles that they will have. */
export type NewInvitation = { email: string; roles: string[] };

/** What a program's key is for, and what it may do. */
export type NewKey = { name: string; scopes: string[]; expires_in_days?: number | null };

/** A whole list, in one of the forms that `docs/screening.md` describes; `auto` tells them apart. `more` are the other files of a list that is published in several. Without a title it keeps the one that it has; `shrinks` says that more than half of it may go. */
export type NewList = { list: string; title?: string; format?: "auto" | "csv" | "json"; text: string; more?: string[]; published_on?: string | null; shrinks?: boolean };

/** A draft: from a `file`'s text, as a copy of the version `based_on`, or empty under `name`. With `dry_run` only the report is made. */
export type NewPack = { file?: string; content?: string; based_on?: string; name?: string; title?: string; dry_run?: boolean };

/** What the browser's `create()` returned, in base64url, and what its person calls it. */
export type NewPasskey = { name: string; id: string; client_data: string; attestation: string; transports?: string[] };

/** The present password, and the one from now on. */
export type NewPassword = { password: string; new_password: string };

/** Who wants an account. */
export type NewPerson = { email: string; password: string; name: string };

/** Rates of a source, as `rates` or as the text of a publisher's `file`. One of the same pair and first day takes the place of the one before. */
export type NewRates = { rates?: RateRow[]; file?: string };

/** A reader to serve: from the beginning of what is `kept`, or only what follows the log's `head`. */
export type NewReader = { reader: string; begin?: "head" | "kept"; wait_events?: number | null; wait_days?: number | null };

/** A file of `bytes` bytes, which follows in parts of PART_BYTES, or is here whole as `content`. `columns` says for a table what its header calls `latitude`, `time` and so on, where we cannot guess it; times without an offset are by the clock of `timezone`. */
export type NewRecording = { file: string; bytes: number; content?: string | null; columns?: Record<string, string>; timezone?: string };

/** Which report, of all devices or of one, `every` day, week (on Mondays) or month (on its first) at a time of the clock in a time zone ("HH:MM"). It is of the day, week or month before. */
export type NewReportSchedule = { report: "days" | "speeding" | "stops" | "summary" | "trips" | "visits"; every: "day" | "month" | "week"; at: string; timezone?: string; device?: string; above_mps?: number | null };

/** `watch` has the subject screened again whenever a list changes; `reference` is the caller's own. */
export type NewScreening = { name: string; kind?: "aircraft" | "organisation" | "person" | "vessel" | null; birth_date?: string | null; country?: string | null; identifiers?: Identifier[]; threshold?: number; watch?: boolean; reference?: string };

/** Which devices, until when; blurred to a grid of `blur_m`, and nothing from before `from`. If it is left out, guests see at once where each was last. `sender` is who delivers; `stops` are on the way of the one device, in order, the last the guest's: they see how many are left, and only the last one's name. */
export type NewShare = { devices: string[]; expires_at: string; name?: string; blur_m?: number | null; from?: string | null; sender?: string; stops?: DeliveryStop[] };

/** A product: what it is first, then what it is of and for. A long text is read too: the sentences that say what the thing is count first. */
export type NewSuggestion = { description: string; limit?: number };

/** A file with a heading line and the columns `hscode` (or `code`) and `description`. `shrinks` says that more than half of the imported table may go. */
export type NewTable = { text: string; edition?: string; file?: string; shrinks?: boolean };

/** Where to call, and about which kinds of notices. */
export type NewWebhook = { url: string; kinds?: string[] };

/** The secret of a letter that somebody else had asked for. */
export type NotMine = { token: string };

/** With what came last of it, as text where it is one; `whole` False when only the beginning was kept. */
export type NotUsedExample = { id: string; device_id: string; kind: "field" | "topic"; name: string; reason: "foreign" | "no_meaning" | "no_number" | "not_retained" | "out_of_range"; count: number; first_at: string; last_at: string; has_example: boolean; content: string; encoding: "base64" | "text"; bytes: number; whole: boolean };

/** Something that came and was not used: a topic on which it came, or a field of messages that were used otherwise. An empty `device_id` is nobody's: a broker in front let it through. `has_example` says whether one may be looked at. */
export type NotUsedView = { id: string; device_id: string; kind: "field" | "topic"; name: string; reason: "foreign" | "no_meaning" | "no_number" | "not_retained" | "out_of_range"; count: number; first_at: string; last_at: string; has_example: boolean };

/** A person's, in one organisation. `channels` of a kind that is not named are the default: the inbox only, and a letter, too, for what the person scheduled. `devices` of null are all. Within `throttle_minutes` the same kind about the same device at the same geofence is sent once, and the next says how many were held back. Letters wait until quiet hours end. */
export type NoticePreferences = { channels?: Record<string, Channels>; devices?: string[] | null; time_zone?: string; quiet_hours?: QuietHours[]; throttle_minutes?: number };

/** A notice in somebody's inbox. `subject_id` is what it is about, such as a device, and `page` where the console shows it. */
export type Notification = { id: string; kind: string; severity: "critical" | "info" | "warning"; subject: string; text: string; subject_id: string; page: string; occurred_at: string; filed_at: string; late: boolean; simulated: boolean; withdrawn: boolean; read_at: string | null };

/** An organisation; its name is empty until somebody gives it one. */
export type Organisation = { id: string; name: string; demands_second_factor: boolean };

/** What an organisation is called, and whether its people need a second factor. */
export type OrganisationChange = { name?: string | null; demands_second_factor?: boolean | null };

/** `link` opens the app with the configuration in it; `configuration` is the same as a file (`.otrc`). */
export type OwnTracksSetup = { link: string; configuration: Record<string, unknown> };

/** New words, covers or documents for a draft; `revision` is the one that was read. */
export type PackChange = { revision: number; title?: string | null; notice?: string | null; stale_after_months?: number | null; covers?: Cover[] | null; documents?: Document[] | null };

/** A pack that was asked. */
export type PackRef = { name: string; version: number; hash: string };

/** A version of a pack, without its rules. `active` is the version of this name that checks are answered with, if there is one; `hands` are those who wrote or submitted this one, who may not approve it; `may_approve` says whether whoever asks could do so now. */
export type PackView = { id: string; name: string; version: number; state: "active" | "approved" | "draft" | "retired" | "submitted"; revision: number; title: string; notice: string; stale_after_months: number; covers: Cover[]; documents: Document[]; rules: number; shipped: boolean; based_on: string; hash: string; signed_by: string; signature: string; created_at: string; active: string; hands: string[]; may_approve: boolean; steps: StepView[] };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageAccountAct = { items: AccountAct[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageAccount = { items: Account[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageActivity = { items: Activity[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageAlertRule = { items: AlertRule[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageAlertView = { items: AlertView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageApiKey = { items: ApiKey[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageBackupRecord = { items: BackupRecord[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageCheckRow = { items: CheckRow[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageConsent = { items: Consent[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageDayOfEvents = { items: DayOfEvents[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageDay = { items: Day[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageDeadLetter = { items: DeadLetter[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageDelivery = { items: Delivery[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageDeviceNow = { items: DeviceNow[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageFleetDay = { items: FleetDay[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageFleetSpeeding = { items: FleetSpeeding[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageFleetStop = { items: FleetStop[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageFleetSummary = { items: FleetSummary[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageFleetTrip = { items: FleetTrip[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageFleetVisit = { items: FleetVisit[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageFolderLetter = { items: FolderLetter[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageFrequentPlace = { items: FrequentPlace[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageGeofenceView = { items: GeofenceView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageHitView = { items: HitView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageIdentityView = { items: IdentityView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageInvitation = { items: Invitation[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageKnownPlace = { items: KnownPlace[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageListVersion = { items: ListVersion[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageListedEntry = { items: ListedEntry[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageLogReader = { items: LogReader[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageLook = { items: Look[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageMarketCoverage = { items: MarketCoverage[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageMember = { items: Member[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageNotUsedView = { items: NotUsedView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageNotification = { items: Notification[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PagePackView = { items: PackView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PagePartyChange = { items: PartyChange[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PagePartySource = { items: PartySource[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PagePasskeyView = { items: PasskeyView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PagePosition = { items: Position[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageProviderView = { items: ProviderView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageQuarantined = { items: Quarantined[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageRateView = { items: RateView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageRecording = { items: Recording[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageRejectedFix = { items: RejectedFix[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageReportSchedule = { items: ReportSchedule[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageRoleView = { items: RoleView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageRuleView = { items: RuleView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageRule = { items: Rule[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageScreening = { items: Screening[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageSessionView = { items: SessionView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageShare = { items: Share[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageStop = { items: Stop[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageStoredReport = { items: StoredReport[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageTemplateView = { items: TemplateView[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageTick = { items: Tick[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageTrip = { items: Trip[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageWebhook = { items: Webhook[]; next?: string | null };

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type PageWhereabouts = { items: Whereabouts[]; next?: string | null };

/** What made a score: the name's likeness, or what else raised (above 0) or lowered it. */
export type Part = { part: "birth_date" | "country" | "identifier" | "kind" | "legal_form" | "name" | "weak_alias"; effect: number; text: string };

/** An entry of a list; `id` is the list's own and stays the same from version to version. `weak_aliases` are names of low quality, as their publisher says. `topics` say why somebody is on a list that holds more than sanctions (`sanction`, `role.pep`). */
export type Party = { id: string; kind?: "aircraft" | "organisation" | "person" | "vessel"; name: string; aliases?: string[]; weak_aliases?: string[]; birth_dates?: string[]; countries?: string[]; programme?: string; listed_on?: string; remarks?: string; identifiers?: Identifier[]; topics?: string[] };

/** An entry that came, went or changed; `fields` are those that differ. */
export type PartyChange = { id: string; name: string; change: "added" | "changed" | "removed"; fields?: string[] };

/** A list that the operator configured, and what became of the last look. `good_at` is the last look that went well; `stale` says that this is two days ago or more. `added`, `changed` and `removed` are those of the last version that it brought. */
export type PartySource = { list: string; outcome: "failed" | "imported" | "never" | "unchanged"; error: string; checked_at: string | null; good_at: string | null; stale: boolean; version: number; added: number; changed: number; removed: number };

/** What a passkey is called. */
export type PasskeyName = { name: string };

/** A passkey's answer, and the organisation that is wanted. `person` is who must be behind it, where somebody only proves again who they are: a browser offers the passkeys of other accounts, too. */
export type PasskeySignIn = { passkey: Assertion; person?: string | null; organisation?: string | null };

/** A passkey as its person sees it. `verifies`: it asks for a PIN, a face or a fingerprint, so that it opens the account alone; `synced`: it may be on several devices, and `backed_up` says that it is. */
export type PasskeyView = { id: string; name: string; verifies: boolean; synced: boolean; backed_up: boolean; created_at: string; used_at: string | null };

/** About an entry that is no hit any more. */
export type PastDecision = { verdict: "false_positive" | "true_match"; reason: string; decided_by: string; decided_at: string; current: boolean; changed?: string[]; list: string; entry: string };

/** The secret with which OwnTracks encrypts what it sends; it is shown this once. */
export type PayloadKey = { key: string };

/** What is to be different; None leaves it. A kind that a person said stays; `guess` guesses again. */
export type PlaceChange = { name?: string | null; kind?: "customer" | "depot" | "guess" | "home" | "other" | "work" | null };

/** The middle of a circle. */
export type Point = { type: "Point"; coordinates: number[] };

/** An outer ring, and holes. */
export type PolygonShape = { type: "Polygon"; coordinates: number[][][] };

/** Where a device was. `rejected` says why a filter put it aside. Made from a row by place, thousands at once. */
export type Position = { fixed_at: string; received_at: string; latitude: number; longitude: number; accuracy_m: number | null; altitude_m: number | null; speed_mps: number | null; course_deg: number | null; battery_pct: number | null; attributes: Record<string, unknown> | null; rejected?: string | null };

/** All of them. Nothing is kept outside the `schedule` (empty: always on duty), nor without `consent`; positions are rounded to a grid of `precision_m`; what is older than `retention_days` is removed; of a `private` device only its person sees where it was; `friends` shows it to the other devices of the organisation that do the same. With `revision`, only if nobody changed the device since. */
export type Preferences = { schedule?: Window[]; timezone?: string; precision_m?: number | null; private?: boolean; consent?: boolean; purposes?: string[]; retention_days?: number | null; friends?: boolean; alerts?: AlertSettings; filter?: FilterSettings; revision?: number | null };

/** Preferences as they are, and what was said about consent, the newest first. */
export type PreferencesView = { schedule: Window[]; timezone: string; precision_m: number | null; private: boolean; consent: boolean; purposes: string[]; retention_days: number | null; friends: boolean; alerts: AlertSettings; filter: FilterSettings; revision: number; words: ConsentWord[] };

/** The form of every refusal (RFC 9457). Each type may add members of its own. */
export type Problem = { type: string; title: string; status: number; detail: string; instance?: string; request_id?: string; errors?: string[] };

/** What is known of a product and its way. What is not said is unknown, never "no": `traits` hold, `not_traits` do not, and `no_other_traits` says that all others do not either. `values` are the value in other currencies, at the caller's own rate or at the `rates` that the node has; `answers` are to residual conditions, by rule id. */
export type ProductFacts = { hs_code?: string | null; nomenclature?: "CN8" | "HS2022" | "HTS10" | null; description?: string; traits?: string[]; not_traits?: string[]; no_other_traits?: boolean; origin: string; destination: string; transit?: string[]; date?: string | null; dates?: Dates; mode?: "air" | "courier" | "post" | "rail" | "road" | "sea" | null; role?: "carrier" | "exporter" | "importer" | "manufacturer" | "marketplace" | "representative" | "seller" | null; value?: number | null; currency?: string | null; values?: Record<string, number>; rates?: UsedRate[]; quantity?: number | null; measures?: Record<string, Quantity>; answers?: Record<string, boolean> };

/** A person as they see themselves, in the organisation of this session. `second_factor`: a password alone does not open the account; `authenticator`: an app makes codes for it. `limited`: the organisation demands a second factor that this session was not opened with, and until then it only looks after the account. */
export type Profile = { id: string; email: string; name: string; organisation: Organisation; organisations: string[]; roles: string[]; scopes: string[]; second_factor: boolean; recovery_codes: number; authenticator: boolean; passkeys: number; password: boolean; limited: boolean; created_at: string };

/** A provider as the sign-in page offers it. */
export type ProviderView = { name: string; title: string };

/** A number with its unit. */
export type Quantity = { value: number; unit: string };

/** A message that could not be understood. */
export type Quarantined = { id: string; device_id: string; protocol: string; received_at: string; reason: string; bytes: number };

/** With its content, as text where it is one; `whole` False when it was too large to keep it all. */
export type QuarantinedMessage = { id: string; device_id: string; protocol: string; received_at: string; reason: string; bytes: number; content: string; encoding: "base64" | "text"; whole: boolean };

/** What to ask next. `field` is the member of the facts that takes the answer. `expert` marks what only somebody who knows the law can answer. */
export type Question = { id: string; field: string; text: string; kind: "choice" | "code" | "date" | "money" | "number" | "yes_no"; options?: Choice[]; units?: string[]; currency?: string; severity?: "document" | "duty" | "information" | "label" | "prohibited" | "registration" | "restricted" | "test"; rules?: string[]; expert?: boolean };

/** Quiet from `begins` on each of `days` until `ends`, on the next day if that is no later. */
export type QuietHours = { days: ("fri" | "mon" | "sat" | "sun" | "thu" | "tue" | "wed")[]; begins: string; ends: string };

/** `per` units of `base` are `value` units of `quote`, from the first day through the last. Without a last day it counts for 31 days, or until a newer one of the same source. */
export type RateRow = { base: string; quote: string; per?: number; value: number; since: string; until?: string | null };

export type RateView = { source: string; base: string; quote: string; per: number; value: number; since: string; until: string };

/** What was taken. */
export type RatesReport = { source: string; rates: number; since: string; until: string };

/** Up to which notice, so that none is marked that came meanwhile; all, without it. */
export type ReadAll = { up_to?: string | null };

/** Of which revision of the draft, and whose holds where both changed the same: by the rule's id, or `pack:` for title, notice and documents. */
export type Rebase = { revision: number; choices?: Record<string, "mine" | "theirs"> };

/** Proof that an account was erased: what was done, and where the destroyed key may stand still, and until when. */
export type Receipt = { id: string; erased_at: string; done: string[]; remains: string[] };

/** A recording, and what came of it so far. `points` were read with a place and a time: `kept` are new, `already_there` were known at that moment, `held_back` counts the others by reason; `unreadable` counts parts of the file that are no position. `whole` is False if the file is cut or broken. Only who brought it sees the `area`. */
export type Recording = { id: string; device_id: string; file: string; bytes: number; part_bytes: number; state: "done" | "failed" | "placing" | "reading" | "uploading" | "waiting"; reason: string; form: string; whole: boolean; created_at: string; points: number; kept: number; already_there: number; held_back: Record<string, number>; unreadable: Record<string, number>; first_at: string | null; last_at: string | null; area: RecordingArea | null };

/** Degrees; `west` may be more than `east`, across the antimeridian. */
export type RecordingArea = { west: number; south: number; east: number; north: number };

/** The bytes from `number` times PART_BYTES on, in base64. The same part may come again. */
export type RecordingPart = { number: number; content: string };

/** Each opens once. They are shown this once. */
export type RecoveryCodes = { recovery_codes: string[] };

/** A fix that was not sent on. */
export type RejectedFix = { id: string; device_id: string; fixed_at: string; received_at: string; reason: string; accuracy_m: number | null; speed_mps: number | null };

/** What a person reads. */
export type RenderedNotice = { subject: string; text: string };

/** The newest refresh token of a session. */
export type Renewal = { refresh_token: string };

/** Whether the packs of then still answer the same to the same facts, byte for byte. */
export type Replay = { id: string; identical: boolean; pack: string; input_hash: string; then: string; now: string; engine_then: number; engine_now: number };

/** A schedule, and when the next report is due. */
export type ReportSchedule = { id: string; report: "days" | "speeding" | "stops" | "summary" | "trips" | "visits"; every: "day" | "month" | "week"; at: string; timezone: string; device: string; above_mps: number | null; created_at: string; next_at: string };

/** What `navigator.credentials.get()` takes: `PublicKeyCredentialRequestOptionsJSON`. */
export type RequestOptions = { challenge: string; rpId: string; timeout?: number; allowCredentials: Descriptor[]; userVerification: "preferred" | "required" };

/** A rule that applies, or may: why, and what satisfies it. `unless` names exemptions or successors that may take it away. */
export type Requirement = { rule: RuleFace; why: ConditionReason[]; evidence: EvidenceGroup[]; open?: string[]; unless?: string[] };

/** The secret of a letter, and the password from now on. */
export type Reset = { token: string; password: string };

/** What came of trying again: what was understood has left the quarantine. */
export type Retried = { understood: boolean; fixes: number; reports: number; reason: string };

/** What the provider sent back with the browser (RFC 6749 §4.1.2, RFC 9207). */
export type Return = { provider: string; code: string; state: string; iss?: string | null; binding?: string };

/** A role of an organisation. */
export type Role = { name: string; scopes: string[] };

/** The roles from now on. */
export type RoleChange = { roles: string[] };

/** A role that may be given; `own` are those that the organisation made. */
export type RoleView = { name: string; scopes: string[]; own: boolean };

/** One requirement, prohibition, charge or exemption. All conditions hold together; one that is not given holds always. `mapping` says how surely the codes and traits name the goods that the law means. `docs/rules.md` describes each field for those who write rules. */
export type Rule = { id: string; revision?: number; title: string; summary?: string; direction?: "export" | "import" | "sale" | "transit"; destinations?: string[]; exclude_destinations?: string[]; origins?: string[]; exclude_origins?: string[]; nomenclature?: "CN8" | "HS2022" | "HTS10"; hs_include?: string[]; hs_exclude?: string[]; traits_all?: string[]; traits_any?: string[]; traits_none?: string[]; numeric?: Condition[]; modes?: ("air" | "courier" | "post" | "rail" | "road" | "sea")[]; roles?: ("carrier" | "exporter" | "importer" | "manufacturer" | "marketplace" | "representative" | "seller")[]; date_basis?: "entry" | "order" | "placed_on_market" | "shipped_on_board"; valid_from?: string | null; valid_to?: string | null; seasons?: Season[]; residual_condition?: string; severity: "document" | "duty" | "information" | "label" | "prohibited" | "registration" | "restricted" | "test"; evidence?: Evidence[]; charges?: Charge[]; supersedes?: string[]; exempts?: string[]; authority: string; citation: Citation; verified_by?: string; confidence: "known" | "uncertain" | "verified"; mapping?: "good" | "rough" | "sure"; notes?: string; tests?: RuleTest[] };

/** A rule of a draft as it shall be; `revision` is that of the draft that was read. */
export type RuleChange = { revision: number; rule: Rule };

/** A rule that both versions have. */
export type RuleDiff = { id: string; title: string; fields: FieldChange[] };

/** What an answer shows of a rule, whatever the facts. */
export type RuleFace = { id: string; revision: number; pack: string; title: string; severity: "document" | "duty" | "information" | "label" | "prohibited" | "registration" | "restricted" | "test"; direction: string; authority: string; citation: Citation; confidence: string; mapping?: string; summary?: string; verified_by?: string; roles?: string[]; valid_from?: string | null; valid_to?: string | null };

export type RuleName = { id: string; title: string; severity: string };

/** What a rule must say about given facts. Without a date it is tried on the day its citation was checked, moved into the days on which it is in force. */
export type RuleTest = { facts: ProductFacts; expect: "matched" | "not_matched" | "unknown"; note?: string };

/** A rule in a list, with the pack that holds it and whether somebody should look at it again. */
export type RuleView = { rule: Rule; pack: string; pack_id: string; version: number; stale: boolean };

/** Somebody to search for on the lists. */
export type ScreenedSubject = { name: string; kind?: "aircraft" | "organisation" | "person" | "vessel" | null; birth_date?: string | null; country?: string | null; identifiers?: Identifier[] };

/** `hits` are the first 25 of `total`; the others follow under the screening's hits. `state` is clear (no hit that counts), open (somebody has to decide) or matched. `lists` are the versions that were searched, `lists_now` those that answer now. `past` are decisions about entries that are no hits any more. */
export type Screening = { id: string; subject: ScreenedSubject; reference: string; threshold: number; watch: boolean; state: "clear" | "matched" | "open"; hits: HitView[]; total: number; past: PastDecision[]; lists: string[]; lists_now: string[]; created_by: string; created_at: string; screened_at: string };

/** Days of every year, both included; one that ends before it begins crosses the year. */
export type Season = { begins: string; ends: string };

/** The second factor of somebody whom a provider brought; `ticket` says who. */
export type SecondProof = { ticket: string; code?: string | null; passkey?: Assertion | null };

/** A session as its person sees it. */
export type SessionView = { id: string; agent: string; organisation: string; created_at: string; used_at: string; expires_at: string; current: boolean };

/** A rule that would apply, but for others. */
export type SetAside = { rule: RuleFace; by: string[] };

/** All ways in, as families offer them; null where this node does not. `warning` says why a phone cannot use them yet, and is empty if it can. */
export type Setup = { warning: string; owntracks_http: OwnTracksSetup; owntracks_mqtt: OwnTracksSetup | null; traccar: TraccarSetup };

/** A share as its organisation sees it: never its token. `reads` counts how often it was looked at. */
export type Share = { id: string; name: string; devices: string[]; made_by: string; blur_m: number | null; from: string; expires_at: string; created_at: string; revoked_at: string | null; reads: number; last_read_at: string | null; sender?: string; stops?: DeliveryStop[] };

/** A new share. Its token, and the link with it, are shown this once and stored only as a digest. */
export type ShareWithToken = { share: Share; token: string; link: string };

/** What whoever has the link sees. */
export type Shared = { name: string; sender: string; delivery: DeliveryProgress | null; expires_at: string; blur_m: number | null; devices: SharedDevice[] };

/** A shared device; `place` is null until it was somewhere. */
export type SharedDevice = { key: string; name: string; kind: string; simulated: boolean; place: SharedPlace | null };

/** The newest of each device that moved; first all of them. Twice a minute it says how far a delivery is. */
export type SharedNews = { kind: "news" | "snapshot"; places: SharedPlace[]; delivery?: DeliveryProgress | null };

/** Where a shared device is. `key` tells the devices of one share apart, and says nothing elsewhere. */
export type SharedPlace = { key: string; fixed_at: string; latitude: number; longitude: number; accuracy_m?: number | null; speed_mps?: number | null; course_deg?: number | null };

/** Who, and proof of it. The second factor is a `code`, a recovery code or the answer of a `passkey`. */
export type SignIn = { email: string; password: string; code?: string | null; passkey?: Assertion | null; organisation?: string | null };

/** Why, and of which revision of the version. */
export type StepInput = { reason: string; revision?: number | null };

/** Something that was done to a version. */
export type StepView = { action: "activate" | "approve" | "created" | "edited" | "retire" | "return" | "rollback" | "submit"; state: "active" | "approved" | "draft" | "retired" | "submitted"; actor: string; reason: string; at: string };

/** A device stood; the place is the middle of where it was. It still stands while `ended_at` is null. `place` names it: a geofence, or how far from which town. */
export type Stop = { started_at: string; ended_at: string | null; duration_s: number | null; latitude: number; longitude: number; revised_at: string | null; place?: string };

/** What a device said, at its own time; `said` is the message as it came. */
export type StoredReport = { id: string; kind: string; at: string; said: unknown };

/** Codes for a product, the likeliest first; scores are chances, and what is missing to 1 is something else. `sure` says whether the first may be taken after a look; otherwise `doubt` says why not, and `question` what to find out. It is a suggestion, never a ruling. `traits` are what the description says beside; nobody has confirmed them yet. */
export type Suggestions = { headings: Match[]; items: Match[]; sure: boolean; doubt: string; question: Choosing | null; traits: Described[]; table: TableView };

/** What came in and what was sent on, measured; `saved_share` is the part of the bytes that went no further. `rejected` counts fixes by reason; unreadable messages are counted apart. */
export type Summary = { messages: number; bytes_in: number; accepted: number; bytes_on: number; saved_share: number; rejected: Record<string, number>; unreadable: number; quarantine_dropped: number; days: DaySummary[] };

/** What is wrong in a line of a file; line 0 is the file as a whole. */
export type TableProblem = { line: number; reason: string };

/** What an import did: `skipped` lines are left out on purpose, each with its reason. */
export type TableReport = { state: "imported" | "unchanged"; edition: string; digest: string; lines: number; chapters: number; headings: number; subheadings: number; added: number; changed: number; removed: number; skipped: TableProblem[] };

/** Which table answers: the product's own facts, or one that was imported on top of them. */
export type TableView = { edition: string; source: "imported" | "own"; digest: string; codes: number; imported_at?: string | null };

/** Subject and text with {placeholders}; `{{` and `}}` are braces. */
export type Template = { subject: string; text: string };

/** The template of a kind: the organisation's own, or the built-in one. */
export type TemplateView = { kind: string; about: string; severity: "critical" | "info" | "warning"; subject: string; text: string; own: boolean; placeholders: string[] };

/** A requirement that is done: since when, and who said so (empty once they are erased). */
export type Tick = { rule: string; by: string; at: string };

/** What the rules that are active now say to the facts of then. `changed` says whether the verdict or anything that is asked or charged is another. */
export type Today = { id: string; changed: boolean; verdict: "clear" | "not_covered" | "prohibited" | "requirements" | "unknown"; pack: string };

/** An access token, valid for `expires_in` seconds, and the refresh token that renews it. */
export type Tokens = { access_token: string; refresh_token: string; token_type?: string; expires_in: number };

/** What is known to be due in one currency. */
export type Total = { currency: string; amount: string };

/** `link` opens the app, or is scanned by it; `url` and `id` are for typing. */
export type TraccarSetup = { link: string; url: string; id: string };

/** A trait, the question that settles it, what follows from it, and the codes that decide it. */
export type TraitView = { id: string; question: string; implies: string[]; implied_by_hs: string[]; only_in_hs: string[] };

/** From one stop to the next; it goes on while `ended_at` is null. `revised_at` says when late data changed it. `start_place` and `end_place` name where: a geofence, or how far from which town. */
export type Trip = { started_at: string; ended_at: string | null; duration_s: number | null; distance_m: number; max_speed_mps: number | null; average_speed_mps: number | null; start_latitude: number; start_longitude: number; end_latitude: number | null; end_longitude: number | null; revised_at: string | null; start_place?: string; end_place?: string };

/** How many notices were not read yet. */
export type UnreadCount = { count: number };

/** Why something is not usual. `weight` 1 is strange enough by itself; `value` is metres or seconds. */
export type UnusualReason = { kind: "long_stay" | "long_trip" | "moving" | "off_route" | "unknown_place" | "unusual_place"; text: string; weight: number; value?: number | null };

/** An exchange rate by which a value was converted: `per` of `base` are `value` of `quote`. */
export type UsedRate = { source: string; base: string; quote: string; per?: number; value: number; since: string };

/** Every word that a rule or a check may use. */
export type Vocabulary = { traits: TraitView[]; measures: MeasureView[]; domains: DomainView[]; modes: Choice[]; roles: Choice[]; dates: Choice[]; severities: string[]; nomenclatures: Record<string, number>; countries: string[]; groups: GroupView[]; currencies: string[] };

/** When a group of evidence is not asked for, and why. */
export type Waiver = { reason: string; traits_all?: string[]; traits_any?: string[]; numeric?: Condition[] };

export type Watching = { watch: boolean };

/** A webhook. `off_reason` says why it was switched off by itself. */
export type Webhook = { id: string; url: string; kinds: string[]; active: boolean; off_reason: string; failing_since: string | null; created_at: string };

/** What is to be different; switching it on forgets its failures. */
export type WebhookChange = { url?: string | null; kinds?: string[] | null; active?: boolean | null };

/** A webhook, and the secret by which its owner checks signatures: it is shown this once. */
export type WebhookWithSecret = { webhook: Webhook; secret: string };

/** The newest position of a device; `state` and what follows are as the node derived them, and left out where a position is passed on before that. Made from a row by place, thousands at once. */
export type Whereabouts = { device_id: string; fixed_at: string; received_at: string; latitude: number; longitude: number; accuracy_m?: number | null; altitude_m?: number | null; speed_mps?: number | null; course_deg?: number | null; battery_pct?: number | null; attributes?: Record<string, unknown> | null; simulated?: boolean; state?: "moving" | "offline" | "stopped" | "unseen" | null; state_since?: string | null; last_contact_at?: string | null; odometer_m?: number | null };

/** Part of a week: `days` 0 (Monday) to 6, from `begins` to `ends` ("HH:MM", local time). An end before its begin lies on the next day. */
export type Window = { days: number[]; begins: string; ends: string };

export type AuthenticatorSelection = { residentKey?: "preferred"; userVerification?: "preferred" };

export type KeyParameter = { alg: number; type?: "public-key" };

export type PartyEntity = { id: string; name: string };

export type UserEntity = { id: string; name: string; displayName: string };

/** The contexts of the house, and the scopes that their routes ask for. */
export interface Contexts {
  alert: "alert:read" | "alert:write" | "node:operate";
  common: "mail:read" | "node:operate" | "notification:manage" | "notification:read" | "notification:write";
  device: "device:read" | "device:write" | "intake:read" | "intake:write" | "node:operate";
  gateway: "node:operate";
  monitor: "activity:read" | "node:operate";
  rule: "check:read" | "check:write" | "node:operate" | "rule:approve" | "rule:read" | "rule:write";
  screening: "node:operate" | "rule:write" | "screening:read" | "screening:write";
  tracking: "device:read" | "device:write" | "geofence:read" | "geofence:write" | "node:operate" | "position:read" | "share:write";
  user: "account:self" | "key:read" | "key:write" | "node:operate" | "organisation:write" | "token:self" | "user:read" | "user:write";
}

/** What each route takes and gives. */
export interface Routes {
  /** What operators did to accounts: of the caller's organisation, or to all for operators. */
  "GET /api/account-acts": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageAccountAct;
    scope: "activity:read";
  };
  /** The accounts of this node, the oldest first. */
  "GET /api/accounts": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; email?: string; suspended?: boolean };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; email?: string; suspended?: boolean } };
    gives: PageAccount;
    scope: "node:operate";
  };
  /** One account. */
  "GET /api/accounts/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Account;
    scope: "node:operate";
  };
  /** Give an account another address. */
  "POST /api/accounts/{id}/change-address": {
    path: { id: string };
    query: Record<never, never>;
    body: NewAddress;
    sent: { path: { id: string }; body: NewAddress };
    gives: Account;
    scope: "node:operate";
  };
  /** Make somebody an administrator of an organisation, beside what they are there. */
  "POST /api/accounts/{id}/make-administrator": {
    path: { id: string };
    query: Record<never, never>;
    body: Appointment;
    sent: { path: { id: string }; body: Appointment };
    gives: Account;
    scope: "node:operate";
  };
  /** Remove every second factor of somebody who lost it; all sessions end. */
  "POST /api/accounts/{id}/reset-second-factor": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Account;
    scope: "node:operate";
  };
  /** Let an account work again, with its API keys; what ended stays ended. */
  "POST /api/accounts/{id}/resume": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Account;
    scope: "node:operate";
  };
  /** End all sessions of an account, refuse its API keys and its sign-ins, and end what it invited to and shared. */
  "POST /api/accounts/{id}/suspend": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Account;
    scope: "node:operate";
  };
  /** Who asked what, how often and how fast: of the caller's organisation, or of all for operators. */
  "GET /api/activity": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; principal?: string };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; principal?: string } };
    gives: PageActivity;
    scope: "activity:read";
  };
  /** The rules of the caller's organisation, by kind and device. */
  "GET /api/alert-rules": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageAlertRule;
    scope: "alert:read";
  };
  /** Set the rule for a kind and a device, or change it; it counts for facts heard from now on. */
  "PUT /api/alert-rules": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: AlertRule;
    sent: { body: AlertRule };
    gives: AlertRule;
    scope: "alert:write";
  };
  /** Remove the rule for a kind and a device; the next closest counts from now on. */
  "DELETE /api/alert-rules": {
    path: Record<never, never>;
    query: { kind?: string; device?: string };
    body: undefined;
    sent: { query?: { kind?: string; device?: string } };
    gives: undefined;
    scope: "alert:write";
  };
  /** The alerts of the caller's organisation, the newest first. */
  "GET /api/alerts": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; kind?: string; device?: string; geofence?: string; from?: string; to?: string; unacknowledged?: boolean };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; kind?: string; device?: string; geofence?: string; from?: string; to?: string; unacknowledged?: boolean } };
    gives: PageAlertView;
    scope: "alert:read";
  };
  /** Say that these alerts are seen to; who said it first stays. */
  "POST /api/alerts/acknowledge": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Acknowledgement;
    sent: { body: Acknowledgement };
    gives: undefined;
    scope: "alert:write";
  };
  /** Say that this alert is seen to. */
  "POST /api/alerts/{id}/acknowledge": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "alert:write";
  };
  /** A consistent copy of everything this node keeps, as one tar archive, while it runs. */
  "GET /api/backup": {
    path: Record<never, never>;
    query: { with_keys?: boolean; recipient?: string };
    body: undefined;
    sent: { query?: { with_keys?: boolean; recipient?: string } };
    gives: Response;
    scope: "node:operate";
  };
  /** List what became of scheduled backups, the newest first. */
  "GET /api/backups": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageBackupRecord;
    scope: "node:operate";
  };
  /** Make a backup now, as the settings say: to their folder or command, for their recipients. */
  "POST /api/backups": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: BackupRecord;
    scope: "node:operate";
  };
  /** The checks of the caller's organisation, the newest first. */
  "GET /api/checks": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; verdict?: "clear" | "not_covered" | "prohibited" | "requirements" | "unknown"; destination?: string };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; verdict?: "clear" | "not_covered" | "prohibited" | "requirements" | "unknown"; destination?: string } };
    gives: PageCheckRow;
    scope: "check:read";
  };
  /** What this product needs on this way, and why. */
  "POST /api/checks": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewCheck;
    sent: { body: NewCheck };
    gives: Check;
    scope: "check:write";
  };
  /** A check as it was answered. */
  "GET /api/checks/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Check;
    scope: "check:read";
  };
  /** Ask the packs of then again, and compare every byte. */
  "GET /api/checks/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Replay;
    scope: "check:read";
  };
  /** What is done of a check, by whoever of the organisation said so. */
  "GET /api/checks/{id}/ticks": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: PageTick;
    scope: "check:read";
  };
  /** Say that a requirement is done. */
  "PUT /api/checks/{id}/ticks/{rule}": {
    path: { id: string; rule: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string; rule: string } };
    gives: PageTick;
    scope: "check:write";
  };
  /** Say that it is not done after all. */
  "DELETE /api/checks/{id}/ticks/{rule}": {
    path: { id: string; rule: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string; rule: string } };
    gives: PageTick;
    scope: "check:write";
  };
  /** Ask what is active now the same as then: a kept answer stays, and the rules move on. */
  "GET /api/checks/{id}/today": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Today;
    scope: "check:read";
  };
  /** Wrap some data keys again, under the newest master key; `next` says where to go on. */
  "POST /api/data-keys/rewrap": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: KeyBatch;
    sent: { body: KeyBatch };
    gives: KeysRewrapped;
    scope: "node:operate";
  };
  /** List all dead letters, the newest first. */
  "GET /api/dead-letters/alert": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/alert/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have a dead letter tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/alert/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** List all dead letters, the newest first. */
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
  /** Have a dead letter tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/common/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** List all dead letters, the newest first. */
  "GET /api/dead-letters/device": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/device/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have a dead letter tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/device/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** List all dead letters, the newest first. */
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
  /** Have a dead letter tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/gateway/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** List all dead letters, the newest first. */
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
  /** Have a dead letter tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/monitor/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** List all dead letters, the newest first. */
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
  /** Have a dead letter tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/rule/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** List all dead letters, the newest first. */
  "GET /api/dead-letters/screening": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageDeadLetter;
    scope: "node:operate";
  };
  /** Show. */
  "GET /api/dead-letters/screening/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** Have a dead letter tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/screening/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** List all dead letters, the newest first. */
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
  /** Have a dead letter tried again soon, before later events of its key that still wait. */
  "POST /api/dead-letters/tracking/{id}/replay": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeadLetter;
    scope: "node:operate";
  };
  /** List all dead letters, the newest first. */
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
  /** Have a dead letter tried again soon, before later events of its key that still wait. */
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
    query: { cursor?: string; limit?: number; status?: "cancelled" | "dead" | "delivered" | "held" | "waiting" | ""; channel?: "email" | "in_app" | "webhook" | ""; recipient?: string };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; status?: "cancelled" | "dead" | "delivered" | "held" | "waiting" | ""; channel?: "email" | "in_app" | "webhook" | ""; recipient?: string } };
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
  /** Wrap some devices' data keys again, under the newest master key; `next` says where to go on. */
  "POST /api/device-keys/rewrap": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: KeyBatch;
    sent: { body: KeyBatch };
    gives: KeysRewrapped;
    scope: "node:operate";
  };
  /** The devices of the caller's organisation and where they are, the first enrolled first. */
  "GET /api/devices": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; search?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; person?: string; state?: "moving" | "offline" | "stopped"; revoked?: boolean };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; search?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; person?: string; state?: "moving" | "offline" | "stopped"; revoked?: boolean } };
    gives: PageDeviceNow;
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
  /** A device, and where it is. */
  "GET /api/devices/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: DeviceNow;
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
  /** Ask something of a device; it takes it when it next calls. */
  "POST /api/devices/{id}/commands": {
    path: { id: string };
    query: Record<never, never>;
    body: NewCommand;
    sent: { path: { id: string }; body: NewCommand };
    gives: Commanded;
    scope: "device:write";
  };
  /** What a device did each day of a time zone. */
  "GET /api/devices/{id}/days": {
    path: { id: string };
    query: { from?: string; to?: string; timezone?: string };
    body: undefined;
    sent: { path: { id: string }; query?: { from?: string; to?: string; timezone?: string } };
    gives: PageDay;
    scope: "position:read";
  };
  /** What a device usually does, and how unusual what it did last is. */
  "GET /api/devices/{id}/habits": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: HabitsView;
    scope: "position:read";
  };
  /** Where a device stands again and again, the most visited first. */
  "GET /api/devices/{id}/known-places": {
    path: { id: string };
    query: { cursor?: string; limit?: number; from?: string; to?: string };
    body: undefined;
    sent: { path: { id: string }; query?: { cursor?: string; limit?: number; from?: string; to?: string } };
    gives: PageKnownPlace;
    scope: "position:read";
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
  /** Where a device stops again and again, and when: home or depot, work, customers. */
  "GET /api/devices/{id}/places": {
    path: { id: string };
    query: { from?: string; to?: string; timezone?: string };
    body: undefined;
    sent: { path: { id: string }; query?: { from?: string; to?: string; timezone?: string } };
    gives: PageFrequentPlace;
    scope: "position:read";
  };
  /** Say what a place is called, and what it is. */
  "PATCH /api/devices/{id}/places/{place_id}": {
    path: { id: string; place_id: string };
    query: Record<never, never>;
    body: PlaceChange;
    sent: { path: { id: string; place_id: string }; body: PlaceChange };
    gives: KnownPlace;
    scope: "device:write";
  };
  /** Where a device was, the oldest first, in pages or simplified. */
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
  /** What is wanted of this device, and what was said about consent. */
  "GET /api/devices/{id}/preferences": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: PreferencesView;
    scope: "device:read";
  };
  /** Set all preferences of a device. */
  "PUT /api/devices/{id}/preferences": {
    path: { id: string };
    query: Record<never, never>;
    body: Preferences;
    sent: { path: { id: string }; body: Preferences };
    gives: PreferencesView;
    scope: "device:write";
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
  /** What was brought into a device's history in the last 90 days, the newest first. */
  "GET /api/devices/{id}/recordings": {
    path: { id: string };
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { path: { id: string }; query?: { cursor?: string; limit?: number } };
    gives: PageRecording;
    scope: "device:write";
  };
  /** Begin to bring a recorded track into a device's history: GPX, KML, GeoJSON, NMEA, CSV or a log of OwnTracks' recorder. */
  "POST /api/devices/{id}/recordings": {
    path: { id: string };
    query: Record<never, never>;
    body: NewRecording;
    sent: { path: { id: string }; body: NewRecording };
    gives: Recording;
    scope: "device:write";
  };
  /** What a device said besides its positions, the newest first. */
  "GET /api/devices/{id}/reports": {
    path: { id: string };
    query: { cursor?: string; limit?: number; kind?: "beacon" | "card" | "status" | "steps" | "transition" | "waypoint"; from?: string; to?: string };
    body: undefined;
    sent: { path: { id: string }; query?: { cursor?: string; limit?: number; kind?: "beacon" | "card" | "status" | "steps" | "transition" | "waypoint"; from?: string; to?: string } };
    gives: PageStoredReport;
    scope: "position:read";
  };
  /** Draw a geofence where a waypoint of the device is, with its name and radius. */
  "POST /api/devices/{id}/reports/{report_id}/geofence": {
    path: { id: string; report_id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string; report_id: string } };
    gives: GeofenceView;
    scope: "geofence:write";
  };
  /** The stops of a device that touch a time, the first first. */
  "GET /api/devices/{id}/stops": {
    path: { id: string };
    query: { cursor?: string; limit?: number; from?: string; to?: string };
    body: undefined;
    sent: { path: { id: string }; query?: { cursor?: string; limit?: number; from?: string; to?: string } };
    gives: PageStop;
    scope: "position:read";
  };
  /** The trips of a device that touch a time, the first first. */
  "GET /api/devices/{id}/trips": {
    path: { id: string };
    query: { cursor?: string; limit?: number; from?: string; to?: string };
    body: undefined;
    sent: { path: { id: string }; query?: { cursor?: string; limit?: number; from?: string; to?: string } };
    gives: PageTrip;
    scope: "position:read";
  };
  /** Committed events as they flow, from now on. */
  "GET /api/events": {
    path: Record<never, never>;
    query: { type?: string };
    body: undefined;
    sent: { query?: { type?: string } };
    gives: Response;
    scope: "node:operate";
  };
  /** The rates that hold on a day, by source and pair. */
  "GET /api/exchange-rates": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; day?: string };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; day?: string } };
    gives: PageRateView;
    scope: "rule:read";
  };
  /** Take the rates of a source: all of them, or none. */
  "PUT /api/exchange-rates/{source}": {
    path: { source: string };
    query: Record<never, never>;
    body: NewRates;
    sent: { path: { source: string }; body: NewRates };
    gives: RatesReport;
    scope: "rule:write";
  };
  /** Forget all rates of a source. */
  "DELETE /api/exchange-rates/{source}": {
    path: { source: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { source: string } };
    gives: undefined;
    scope: "rule:write";
  };
  /** For each kind of file: its columns, a sample, and how large it may be. */
  "GET /api/file-forms": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: FileForms;
    scope: "rule:read";
  };
  /** What each device did each day of a time zone. */
  "GET /api/fleet/days": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number; timezone?: string } };
    gives: PageFleetDay;
    scope: "position:read";
  };
  /** The report of days as CSV, with local times. */
  "GET /api/fleet/days.csv": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string } };
    gives: Response;
    scope: "position:read";
  };
  /** The report of days as a spreadsheet, with local times. */
  "GET /api/fleet/days.xlsx": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string } };
    gives: Response;
    scope: "position:read";
  };
  /** Where devices were too fast for ten seconds or longer. */
  "GET /api/fleet/speeding": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number; above_mps?: number };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number; above_mps?: number } };
    gives: PageFleetSpeeding;
    scope: "position:read";
  };
  /** The report of speeding as CSV, with local times. */
  "GET /api/fleet/speeding.csv": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string; above_mps?: number };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string; above_mps?: number } };
    gives: Response;
    scope: "position:read";
  };
  /** The report of speeding as a spreadsheet, with local times. */
  "GET /api/fleet/speeding.xlsx": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string; above_mps?: number };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string; above_mps?: number } };
    gives: Response;
    scope: "position:read";
  };
  /** The stops of all devices that touch a time, device by device. */
  "GET /api/fleet/stops": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number } };
    gives: PageFleetStop;
    scope: "position:read";
  };
  /** The report of stops as CSV, with local times. */
  "GET /api/fleet/stops.csv": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string } };
    gives: Response;
    scope: "position:read";
  };
  /** The report of stops as a spreadsheet, with local times. */
  "GET /api/fleet/stops.xlsx": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string } };
    gives: Response;
    scope: "position:read";
  };
  /** What each device did in a time: distance, moving time, stops, top speed. */
  "GET /api/fleet/summary": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number } };
    gives: PageFleetSummary;
    scope: "position:read";
  };
  /** The report of summary as CSV, with local times. */
  "GET /api/fleet/summary.csv": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string } };
    gives: Response;
    scope: "position:read";
  };
  /** The report of summary as a spreadsheet, with local times. */
  "GET /api/fleet/summary.xlsx": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string } };
    gives: Response;
    scope: "position:read";
  };
  /** The trips of all devices that touch a time, device by device. */
  "GET /api/fleet/trips": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number } };
    gives: PageFleetTrip;
    scope: "position:read";
  };
  /** The report of trips as CSV, with local times. */
  "GET /api/fleet/trips.csv": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string } };
    gives: Response;
    scope: "position:read";
  };
  /** The report of trips as a spreadsheet, with local times. */
  "GET /api/fleet/trips.xlsx": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string } };
    gives: Response;
    scope: "position:read";
  };
  /** When devices were in geofences, device by device. */
  "GET /api/fleet/visits": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; cursor?: string; limit?: number } };
    gives: PageFleetVisit;
    scope: "position:read";
  };
  /** The report of visits as CSV, with local times. */
  "GET /api/fleet/visits.csv": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string } };
    gives: Response;
    scope: "position:read";
  };
  /** The report of visits as a spreadsheet, with local times. */
  "GET /api/fleet/visits.xlsx": {
    path: Record<never, never>;
    query: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string };
    body: undefined;
    sent: { query?: { from?: string; to?: string; devices?: string; kind?: "aircraft" | "animal" | "asset" | "bicycle" | "container" | "other" | "pedestrian" | "phone" | "sensor" | "train" | "vehicle" | "vessel"; timezone?: string } };
    gives: Response;
    scope: "position:read";
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
  /** What happened how often by day: in the caller's organisation, or in all for operators. */
  "GET /api/happenings": {
    path: Record<never, never>;
    query: { days?: number };
    body: undefined;
    sent: { query?: { days?: number } };
    gives: PageDayOfEvents;
    scope: "activity:read";
  };
  /** Codes by their beginning (dots, dashes and spaces do not matter) or by words, the best first. */
  "GET /api/hs": {
    path: Record<never, never>;
    query: { q: string; limit?: number };
    body: undefined;
    sent: { query: { q: string; limit?: number } };
    gives: Matches;
    scope: "rule:read";
  };
  /** Take a table of the Harmonized System: all of it, or nothing. */
  "POST /api/hs/import": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewTable;
    sent: { body: NewTable };
    gives: TableReport;
    scope: "rule:write";
  };
  /** Take the newest imported table back: the one before answers again, or the program's own. */
  "DELETE /api/hs/import": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: undefined;
    scope: "rule:write";
  };
  /** Codes for a described product, with chances; when it is not enough to tell, what to find out. */
  "POST /api/hs/suggestions": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewSuggestion;
    sent: { body: NewSuggestion };
    gives: Suggestions;
    scope: "rule:read";
  };
  /** A code with what is above and below it. */
  "GET /api/hs/{code}": {
    path: { code: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { code: string } };
    gives: CodeView;
    scope: "rule:read";
  };
  /** The outside services through which the caller may sign in. */
  "GET /api/identities": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: PageIdentityView;
    scope: "account:self";
  };
  /** Link an account at an outside service to the caller's, who departed to do this. */
  "POST /api/identities": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Return;
    sent: { body: Return };
    gives: IdentityView;
    scope: "account:self";
  };
  /** Go to an outside service to link one's account there. */
  "POST /api/identities/departures": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewDeparture;
    sent: { body: NewDeparture };
    gives: Departure;
    scope: "account:self";
  };
  /** End a link, unless nothing else opens the account. */
  "DELETE /api/identities/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "account:self";
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
  /** Topics and fields of the organisation's devices that were not used, those that came last first. */
  "GET /api/intake/unused": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; device?: string };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; device?: string } };
    gives: PageNotUsedView;
    scope: "intake:read";
  };
  /** One of them, with an example. */
  "GET /api/intake/unused/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: NotUsedExample;
    scope: "intake:read";
  };
  /** Remove one; it appears again when it comes again. */
  "DELETE /api/intake/unused/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "intake:write";
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
  /** End an API key of the caller's organisation, and those that were made with it; every gateway forgets them at once. */
  "DELETE /api/keys/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "key:write";
  };
  /** Where the devices that the caller may see are (a snapshot), and from then on where they go. */
  "GET /api/live": {
    path: Record<never, never>;
    query: { devices?: string; bbox?: string };
    body: undefined;
    sent: { query?: { devices?: string; bbox?: string } };
    gives: Response;
    scope: "position:read";
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
  /** Return the caller's preferences in this organisation, with every kind of notice that they may get. */
  "GET /api/notifications/preferences": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: NoticePreferences;
    scope: "notification:read";
  };
  /** Say anew what the caller wants to hear. */
  "PUT /api/notifications/preferences": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NoticePreferences;
    sent: { body: NoticePreferences };
    gives: NoticePreferences;
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
    gives: RenderedNotice;
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
    gives: UnreadCount;
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
  /** What the caller's organisation is called, and whether its people need a second factor. */
  "PATCH /api/organisation": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: OrganisationChange;
    sent: { body: OrganisationChange };
    gives: Organisation;
    scope: "organisation:write";
  };
  /** Versions of packs by name: the active one, then the others, the newest first. */
  "GET /api/packs": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; name?: string; state?: "active" | "approved" | "draft" | "retired" | "submitted" };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; name?: string; state?: "active" | "approved" | "draft" | "retired" | "submitted" } };
    gives: PagePackView;
    scope: "rule:read";
  };
  /** Make a draft: the next version of the pack's name. */
  "POST /api/packs": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewPack;
    sent: { body: NewPack };
    gives: ImportReport;
    scope: "rule:write";
  };
  /** A version of a pack, with everything that was done to it. */
  "GET /api/packs/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: PackView;
    scope: "rule:read";
  };
  /** Change a draft's title, notice or documents. */
  "PATCH /api/packs/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: PackChange;
    sent: { path: { id: string }; body: PackChange };
    gives: PackView;
    scope: "rule:write";
  };
  /** Throw a draft away. */
  "DELETE /api/packs/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "rule:write";
  };
  /** Answer checks with this version from now on. */
  "POST /api/packs/{id}/activate": {
    path: { id: string };
    query: Record<never, never>;
    body: StepInput;
    sent: { path: { id: string }; body: StepInput };
    gives: PackView;
    scope: "rule:approve";
  };
  /** Approve a submitted version that somebody else wrote and submitted. */
  "POST /api/packs/{id}/approve": {
    path: { id: string };
    query: Record<never, never>;
    body: StepInput;
    sent: { path: { id: string }; body: StepInput };
    gives: PackView;
    scope: "rule:approve";
  };
  /** Which of the newest checks would be answered otherwise today if this version were active: by verdict, by what applies, may or exempts, or by what it says, proves, asks and costs. */
  "POST /api/packs/{id}/canary": {
    path: { id: string };
    query: Record<never, never>;
    body: CanaryInput;
    sent: { path: { id: string }; body: CanaryInput };
    gives: Canary;
    scope: "rule:write";
  };
  /** What the other version changes of this one; with `active`, what this one changes of the active one. */
  "GET /api/packs/{id}/diff/{other}": {
    path: { id: string; other: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string; other: string } };
    gives: Diff;
    scope: "rule:read";
  };
  /** A version as a YAML or CSV file, in its canonical form. */
  "GET /api/packs/{id}/file": {
    path: { id: string };
    query: { kind?: "csv" | "yaml" };
    body: undefined;
    sent: { path: { id: string }; query?: { kind?: "csv" | "yaml" } };
    gives: Response;
    scope: "rule:read";
  };
  /** What keeps a version from being submitted: its own tests, and everything else that is wrong. */
  "GET /api/packs/{id}/flaws": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Flaws;
    scope: "rule:read";
  };
  /** Bring into a draft what the active version changed since it was begun. */
  "POST /api/packs/{id}/rebase": {
    path: { id: string };
    query: Record<never, never>;
    body: Rebase;
    sent: { path: { id: string }; body: Rebase };
    gives: PackView;
    scope: "rule:write";
  };
  /** Give a submitted version back to its authors. */
  "POST /api/packs/{id}/return": {
    path: { id: string };
    query: Record<never, never>;
    body: StepInput;
    sent: { path: { id: string }; body: StepInput };
    gives: PackView;
    scope: "rule:write";
  };
  /** Answer checks with this version again, which was active before. */
  "POST /api/packs/{id}/rollback": {
    path: { id: string };
    query: Record<never, never>;
    body: StepInput;
    sent: { path: { id: string }; body: StepInput };
    gives: PackView;
    scope: "rule:approve";
  };
  /** A version's rules, by id. */
  "GET /api/packs/{id}/rules": {
    path: { id: string };
    query: { cursor?: string; limit?: number; name?: string; state?: "active" | "approved" | "draft" | "retired" | "submitted" };
    body: undefined;
    sent: { path: { id: string }; query?: { cursor?: string; limit?: number; name?: string; state?: "active" | "approved" | "draft" | "retired" | "submitted" } };
    gives: PageRule;
    scope: "rule:read";
  };
  /** A rule of a version. */
  "GET /api/packs/{id}/rules/{rule_id}": {
    path: { id: string; rule_id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string; rule_id: string } };
    gives: Rule;
    scope: "rule:read";
  };
  /** Add a rule to a draft, or replace it. */
  "PUT /api/packs/{id}/rules/{rule_id}": {
    path: { id: string; rule_id: string };
    query: Record<never, never>;
    body: RuleChange;
    sent: { path: { id: string; rule_id: string }; body: RuleChange };
    gives: PackView;
    scope: "rule:write";
  };
  /** Take a rule out of a draft. */
  "DELETE /api/packs/{id}/rules/{rule_id}": {
    path: { id: string; rule_id: string };
    query: { revision: number };
    body: undefined;
    sent: { path: { id: string; rule_id: string }; query: { revision: number } };
    gives: PackView;
    scope: "rule:write";
  };
  /** Hand a draft over for approval. */
  "POST /api/packs/{id}/submit": {
    path: { id: string };
    query: Record<never, never>;
    body: StepInput;
    sent: { path: { id: string }; body: StepInput };
    gives: PackView;
    scope: "rule:write";
  };
  /** The version of each list that answers now. */
  "GET /api/parties": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: PageListVersion;
    scope: "screening:read";
  };
  /** Take a whole list as its next version, or nothing of it. */
  "POST /api/parties/import": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewList;
    sent: { body: NewList };
    gives: ListReport;
    scope: "rule:write";
  };
  /** Every version of a list, the newest first. */
  "GET /api/parties/{name}": {
    path: { name: string };
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { path: { name: string }; query?: { cursor?: string; limit?: number } };
    gives: PageListVersion;
    scope: "screening:read";
  };
  /** Let a list find nobody any more; its versions stay, for what was once found. */
  "DELETE /api/parties/{name}": {
    path: { name: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { name: string } };
    gives: undefined;
    scope: "rule:write";
  };
  /** What differs between two versions of a list, by entry. */
  "GET /api/parties/{name}/changes": {
    path: { name: string };
    query: { cursor?: string; limit?: number; since?: number; until?: number };
    body: undefined;
    sent: { path: { name: string }; query?: { cursor?: string; limit?: number; since?: number; until?: number } };
    gives: PagePartyChange;
    scope: "screening:read";
  };
  /** Entries with a name that has all of these words, or with this identifier, in the order of the lists. */
  "GET /api/party-entries": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; q: string; list?: string };
    body: undefined;
    sent: { query: { cursor?: string; limit?: number; q: string; list?: string } };
    gives: PageListedEntry;
    scope: "screening:read";
  };
  /** The lists that the operator has refreshed, and what became of it. */
  "GET /api/party-sources": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: PagePartySource;
    scope: "screening:read";
  };
  /** Have a list looked at within seconds. */
  "POST /api/party-sources/{name}/refresh": {
    path: { name: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { name: string } };
    gives: PartySource;
    scope: "rule:write";
  };
  /** The caller's passkeys, the oldest first. */
  "GET /api/passkeys": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: PagePasskeyView;
    scope: "account:self";
  };
  /** Keep a new passkey of the caller, who was asked for it just now. */
  "POST /api/passkeys": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewPasskey;
    sent: { body: NewPasskey };
    gives: PasskeyView;
    scope: "account:self";
  };
  /** What a browser is asked for, to make a new passkey of the caller. */
  "POST /api/passkeys/options": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: CreationOptions;
    scope: "account:self";
  };
  /** Call one of the caller's passkeys something else. */
  "PATCH /api/passkeys/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: PasskeyName;
    sent: { path: { id: string }; body: PasskeyName };
    gives: PasskeyView;
    scope: "account:self";
  };
  /** Remove one of the caller's passkeys, unless nothing else opens the account. */
  "DELETE /api/passkeys/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "account:self";
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
  /** Where all devices of the caller's organisation are now. */
  "GET /api/positions/latest": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageWhereabouts;
    scope: "position:read";
  };
  /** The outside services through which people may sign in. */
  "GET /api/providers": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: PageProviderView;
    scope: "";
  };
  /** Go to an outside service to sign in. */
  "POST /api/providers/departures": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewDeparture;
    sent: { body: NewDeparture };
    gives: Departure;
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
  /** All readers, by name, those that were removed included. */
  "GET /api/readers/alert": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageLogReader;
    scope: "node:operate";
  };
  /** Serve a reader from now on, also one that was removed. */
  "POST /api/readers/alert": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewReader;
    sent: { body: NewReader };
    gives: LogReader;
    scope: "node:operate";
  };
  /** Keep nothing for this reader any more, and refuse it when it comes back. */
  "DELETE /api/readers/alert": {
    path: Record<never, never>;
    query: { reader: string };
    body: undefined;
    sent: { query: { reader: string } };
    gives: undefined;
    scope: "node:operate";
  };
  /** All readers, by name, those that were removed included. */
  "GET /api/readers/common": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageLogReader;
    scope: "node:operate";
  };
  /** Serve a reader from now on, also one that was removed. */
  "POST /api/readers/common": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewReader;
    sent: { body: NewReader };
    gives: LogReader;
    scope: "node:operate";
  };
  /** Keep nothing for this reader any more, and refuse it when it comes back. */
  "DELETE /api/readers/common": {
    path: Record<never, never>;
    query: { reader: string };
    body: undefined;
    sent: { query: { reader: string } };
    gives: undefined;
    scope: "node:operate";
  };
  /** All readers, by name, those that were removed included. */
  "GET /api/readers/device": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageLogReader;
    scope: "node:operate";
  };
  /** Serve a reader from now on, also one that was removed. */
  "POST /api/readers/device": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewReader;
    sent: { body: NewReader };
    gives: LogReader;
    scope: "node:operate";
  };
  /** Keep nothing for this reader any more, and refuse it when it comes back. */
  "DELETE /api/readers/device": {
    path: Record<never, never>;
    query: { reader: string };
    body: undefined;
    sent: { query: { reader: string } };
    gives: undefined;
    scope: "node:operate";
  };
  /** All readers, by name, those that were removed included. */
  "GET /api/readers/gateway": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageLogReader;
    scope: "node:operate";
  };
  /** Serve a reader from now on, also one that was removed. */
  "POST /api/readers/gateway": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewReader;
    sent: { body: NewReader };
    gives: LogReader;
    scope: "node:operate";
  };
  /** Keep nothing for this reader any more, and refuse it when it comes back. */
  "DELETE /api/readers/gateway": {
    path: Record<never, never>;
    query: { reader: string };
    body: undefined;
    sent: { query: { reader: string } };
    gives: undefined;
    scope: "node:operate";
  };
  /** All readers, by name, those that were removed included. */
  "GET /api/readers/monitor": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageLogReader;
    scope: "node:operate";
  };
  /** Serve a reader from now on, also one that was removed. */
  "POST /api/readers/monitor": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewReader;
    sent: { body: NewReader };
    gives: LogReader;
    scope: "node:operate";
  };
  /** Keep nothing for this reader any more, and refuse it when it comes back. */
  "DELETE /api/readers/monitor": {
    path: Record<never, never>;
    query: { reader: string };
    body: undefined;
    sent: { query: { reader: string } };
    gives: undefined;
    scope: "node:operate";
  };
  /** All readers, by name, those that were removed included. */
  "GET /api/readers/rule": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageLogReader;
    scope: "node:operate";
  };
  /** Serve a reader from now on, also one that was removed. */
  "POST /api/readers/rule": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewReader;
    sent: { body: NewReader };
    gives: LogReader;
    scope: "node:operate";
  };
  /** Keep nothing for this reader any more, and refuse it when it comes back. */
  "DELETE /api/readers/rule": {
    path: Record<never, never>;
    query: { reader: string };
    body: undefined;
    sent: { query: { reader: string } };
    gives: undefined;
    scope: "node:operate";
  };
  /** All readers, by name, those that were removed included. */
  "GET /api/readers/screening": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageLogReader;
    scope: "node:operate";
  };
  /** Serve a reader from now on, also one that was removed. */
  "POST /api/readers/screening": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewReader;
    sent: { body: NewReader };
    gives: LogReader;
    scope: "node:operate";
  };
  /** Keep nothing for this reader any more, and refuse it when it comes back. */
  "DELETE /api/readers/screening": {
    path: Record<never, never>;
    query: { reader: string };
    body: undefined;
    sent: { query: { reader: string } };
    gives: undefined;
    scope: "node:operate";
  };
  /** All readers, by name, those that were removed included. */
  "GET /api/readers/tracking": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageLogReader;
    scope: "node:operate";
  };
  /** Serve a reader from now on, also one that was removed. */
  "POST /api/readers/tracking": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewReader;
    sent: { body: NewReader };
    gives: LogReader;
    scope: "node:operate";
  };
  /** Keep nothing for this reader any more, and refuse it when it comes back. */
  "DELETE /api/readers/tracking": {
    path: Record<never, never>;
    query: { reader: string };
    body: undefined;
    sent: { query: { reader: string } };
    gives: undefined;
    scope: "node:operate";
  };
  /** All readers, by name, those that were removed included. */
  "GET /api/readers/user": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageLogReader;
    scope: "node:operate";
  };
  /** Serve a reader from now on, also one that was removed. */
  "POST /api/readers/user": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewReader;
    sent: { body: NewReader };
    gives: LogReader;
    scope: "node:operate";
  };
  /** Keep nothing for this reader any more, and refuse it when it comes back. */
  "DELETE /api/readers/user": {
    path: Record<never, never>;
    query: { reader: string };
    body: undefined;
    sent: { query: { reader: string } };
    gives: undefined;
    scope: "node:operate";
  };
  /** A recording, and what became of it so far. */
  "GET /api/recordings/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Recording;
    scope: "device:write";
  };
  /** Read no more of it, and forget its report. */
  "DELETE /api/recordings/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "device:write";
  };
  /** Take a part. */
  "POST /api/recordings/{id}/parts": {
    path: { id: string };
    query: Record<never, never>;
    body: RecordingPart;
    sent: { path: { id: string }; body: RecordingPart };
    gives: Recording;
    scope: "device:write";
  };
  /** The reports that the caller is told of again and again. */
  "GET /api/report-schedules": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number } };
    gives: PageReportSchedule;
    scope: "position:read";
  };
  /** Be told of a report every day, week or month. */
  "POST /api/report-schedules": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewReportSchedule;
    sent: { body: NewReportSchedule };
    gives: ReportSchedule;
    scope: "position:read";
  };
  /** Be told no more. */
  "DELETE /api/report-schedules/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "position:read";
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
  /** The active rules that fit. */
  "GET /api/rules": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; market?: string; hs_code?: string; trait?: string; direction?: "export" | "import" | "sale" | "transit"; severity?: "document" | "duty" | "information" | "label" | "prohibited" | "registration" | "restricted" | "test"; confidence?: "known" | "uncertain" | "verified"; pack?: string; q?: string; stale?: boolean; order?: "gravity" | "id" };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; market?: string; hs_code?: string; trait?: string; direction?: "export" | "import" | "sale" | "transit"; severity?: "document" | "duty" | "information" | "label" | "prohibited" | "registration" | "restricted" | "test"; confidence?: "known" | "uncertain" | "verified"; pack?: string; q?: string; stale?: boolean; order?: "gravity" | "id" } };
    gives: PageRuleView;
    scope: "rule:read";
  };
  /** How many rules there are per market and chapter. */
  "GET /api/rules/coverage": {
    path: Record<never, never>;
    query: { market?: string };
    body: undefined;
    sent: { query?: { market?: string } };
    gives: PageMarketCoverage;
    scope: "rule:read";
  };
  /** Every word that rules and checks may use, with the questions that settle them. */
  "GET /api/rules/vocabulary": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: Vocabulary;
    scope: "rule:read";
  };
  /** An active rule. */
  "GET /api/rules/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: RuleView;
    scope: "rule:read";
  };
  /** Keep a screening of each. */
  "POST /api/screening-batches": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewBatch;
    sent: { body: NewBatch };
    gives: BatchReport;
    scope: "screening:write";
  };
  /** Wrap some organisations' keys again, under the newest master key; `next` says where to go on. */
  "POST /api/screening-keys/rewrap": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: KeyBatch;
    sent: { body: KeyBatch };
    gives: KeysRewrapped;
    scope: "node:operate";
  };
  /** The organisation's screenings, the newest first. */
  "GET /api/screenings": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; state?: "any" | "clear" | "matched" | "open"; watch?: "any" | "false" | "true" };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; state?: "any" | "clear" | "matched" | "open"; watch?: "any" | "false" | "true" } };
    gives: PageScreening;
    scope: "screening:read";
  };
  /** Keep what was found. */
  "POST /api/screenings": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewScreening;
    sent: { body: NewScreening };
    gives: Screening;
    scope: "screening:write";
  };
  /** One screening. */
  "GET /api/screenings/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: Screening;
    scope: "screening:read";
  };
  /** Screen the subject again whenever a list changes, or no more. */
  "PATCH /api/screenings/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: Watching;
    sent: { path: { id: string }; body: Watching };
    gives: Screening;
    scope: "screening:write";
  };
  /** Delete a screening; with the last one of a subject go the decisions. */
  "DELETE /api/screenings/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "screening:write";
  };
  /** Say whether a hit is the subject. */
  "POST /api/screenings/{id}/decisions": {
    path: { id: string };
    query: Record<never, never>;
    body: NewDecision;
    sent: { path: { id: string }; body: NewDecision };
    gives: Screening;
    scope: "screening:write";
  };
  /** Every hit that is kept with a screening. */
  "GET /api/screenings/{id}/hits": {
    path: { id: string };
    query: { cursor?: string; limit?: number };
    body: undefined;
    sent: { path: { id: string }; query?: { cursor?: string; limit?: number } };
    gives: PageHitView;
    scope: "screening:read";
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
  /** End all of the caller's sessions, with `others` all but this one. */
  "DELETE /api/sessions": {
    path: Record<never, never>;
    query: { others?: boolean };
    body: undefined;
    sent: { query?: { others?: boolean } };
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
  /** The shares of the caller's organisation. */
  "GET /api/shares": {
    path: Record<never, never>;
    query: { cursor?: string; limit?: number; ended?: boolean };
    body: undefined;
    sent: { query?: { cursor?: string; limit?: number; ended?: boolean } };
    gives: PageShare;
    scope: "share:write";
  };
  /** Share where some devices are with whoever has the link, which is shown this once. */
  "POST /api/shares": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NewShare;
    sent: { body: NewShare };
    gives: ShareWithToken;
    scope: "share:write";
  };
  /** End a share at once. */
  "DELETE /api/shares/{id}": {
    path: { id: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { id: string } };
    gives: undefined;
    scope: "share:write";
  };
  /** Where the shared devices are. */
  "GET /api/shares/{token}": {
    path: { token: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { token: string } };
    gives: Shared;
    scope: "";
  };
  /** Where the shared devices are, and from then on where they go. */
  "GET /api/shares/{token}/live": {
    path: { token: string };
    query: Record<never, never>;
    body: undefined;
    sent: { path: { token: string } };
    gives: Response;
    scope: "";
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
  /** What a browser is asked for, to sign in with a passkey. */
  "POST /api/tokens/options": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: RequestOptions;
    scope: "";
  };
  /** Open a session with a passkey alone. */
  "POST /api/tokens/passkey": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: PasskeySignIn;
    sent: { body: PasskeySignIn };
    gives: Tokens;
    scope: "";
  };
  /** Open a session for somebody whom an outside service brought. */
  "POST /api/tokens/provider": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: Return;
    sent: { body: Return };
    gives: Tokens;
    scope: "";
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
  /** Open the session of somebody whom an outside service brought, with their second factor. */
  "POST /api/tokens/second-factor": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: SecondProof;
    sent: { body: SecondProof };
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
  /** Say that somebody else asked for an account with one's address: it will not come into being. */
  "POST /api/users/decline": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: NotMine;
    sent: { body: NotMine };
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
  /** A new secret for the first administrator, in place of the one that the node printed. */
  "POST /api/users/first-link": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
    gives: FirstSecret;
    scope: "node:operate";
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
  /** From now on a sign-in with the password wants one of the caller's passkeys too. */
  "POST /api/users/me/second-factor/passkeys": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    sent: Record<never, never>;
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
  /** Wrap some webhooks' data keys again, under the newest master key; `next` says where to go on. */
  "POST /api/webhook-keys/rewrap": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: KeyBatch;
    sent: { body: KeyBatch };
    gives: KeysRewrapped;
    scope: "node:operate";
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
  /** Register a webhook. */
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
