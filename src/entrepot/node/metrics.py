"""The metrics of a node and of every context in it, as rows; contexts add their own in `context.py`.
`docs/metrics.md` is made of them.
"""

from entrepot.core.metrics import OPEN_CONNECTIONS, Metric

_CONTEXT = ("context",)

BUILD = Metric(
    "build_info", "The versions of this program and of Python; the value is 1.", ("version", "python")
)
DEPLOYMENT = Metric(
    "deployment_info", "The deployment that this process belongs to; the value is 1.", ("id",)
)
READY = Metric("ready", "Whether /readyz says that this node can be asked.")
NOT_READY = Metric("not_ready", "Whether this keeps the node from being ready, for each reason.", ("reason",))
LOOP_DELAY = Metric(
    "loop_delay_seconds",
    "How late the event loop runs what is due; all requests wait as long.",
    kind="histogram",
)
RELOAD_WORKED = Metric("settings_reload_successful", "Whether the last reload of the settings worked.")
RELOADED_AT = Metric("settings_reload_timestamp_seconds", "When settings were last read, in Unix time.")

TLS_ENDS = Metric(
    "tls_certificate_expires_timestamp_seconds",
    "When the certificate in use ends, in Unix time; only where the node speaks TLS.",
)
TLS_CURRENT = Metric(
    "tls_certificate_current",
    "Whether the certificate in the files is in use; 0: it cannot be used, and the one before it stays.",
)
TLS_RELOADS = Metric("tls_certificate_reloads_total", "New certificates that were taken.", kind="counter")
TLS_FAILURES = Metric(
    "tls_certificate_reload_failures_total", "New certificates that could not be used.", kind="counter"
)

DISK_FREE = Metric("disk_free_bytes", "Free space on the disk of the data folder.")
DISK_SIZE = Metric("disk_size_bytes", "Size of the disk of the data folder.")
DISK_FLOOR = Metric("disk_floor_bytes", "Free space below which the node is not ready.")
BACKUP_AT = Metric(
    "last_backup_timestamp_seconds", "When the last whole backup was taken, in Unix time; 0: never."
)

DATABASE_SECONDS = Metric(
    "database_transaction_seconds",
    "How long transactions take, with all waiting.",
    ("context", "kind"),
    "histogram",
)
DATABASE_SIZE = Metric("database_size_bytes", "Size of the context's SQLite file.", _CONTEXT)
DATABASE_WAL = Metric("database_wal_bytes", "Size of the context's write-ahead log (SQLite).", _CONTEXT)
DATABASE_CONNECTIONS = Metric(
    "database_connections",
    "Connections of this process to PostgreSQL that are open, and those of them that are busy.",
    ("state",),
)
DATABASE_CONNECTIONS_LIMIT = Metric(
    "database_connections_limit", "Most connections of this process to PostgreSQL, beside the one for leads."
)

LEADS = Metric("leads", "Whether this process leads the context.", _CONTEXT)
OTHER_PROCESSES = Metric("other_processes", "Other processes that serve the context.", _CONTEXT)
PUBLISHED = Metric("outbox_published_total", "Events published.", _CONTEXT, "counter")
KEPT = Metric("outbox_kept", "Events kept until every reader has confirmed them.", _CONTEXT)
OLDEST = Metric(
    "outbox_oldest_unconfirmed_seconds",
    "Age of the oldest event that a reader has not confirmed; 0: none.",
    _CONTEXT,
)
LAG = Metric("outbox_lag", "Events that a reader has not confirmed.", ("context", "reader"))
WAIT_SPENT = Metric(
    "outbox_wait_spent", "Share of the bound after which a reader is left behind.", ("context", "reader")
)
LEFT_BEHIND = Metric(
    "outbox_left_behind", "Whether a reader lacks events that are gone.", ("context", "reader")
)
ACCEPTED = Metric("inbox_accepted_total", "Events taken in.", _CONTEXT, "counter")
DUPLICATES = Metric("inbox_duplicates_total", "Events that came again.", _CONTEXT, "counter")
GAPS = Metric("inbox_gaps_total", "Losses noticed.", _CONTEXT, "counter")
REFUSED = Metric("inbox_refused", "Logs that do not count this reader among theirs.", _CONTEXT)
PARKED = Metric("inbox_parked", "Events that wait to be tried again.", _CONTEXT)
DEAD = Metric(
    "dead_letters_total", "Events given up; `entrepot dead-letters list` shows them.", _CONTEXT, "counter"
)

BUS_CONNECTED = Metric("bus_connected", "Whether this process is connected to NATS.")
BUS_RECONNECTS = Metric(
    "bus_reconnects_total", "How often the connection to NATS was made again.", kind="counter"
)

SIGN_IN_FAILURES = Metric("sign_in_failures_total", "Attempts to sign in that were refused.", kind="counter")
OPEN_STREAMS = Metric("open_streams", "Streams of events that somebody follows now.")

NODE: tuple[Metric, ...] = (
    BUILD, DEPLOYMENT, READY, NOT_READY, LOOP_DELAY, RELOAD_WORKED, RELOADED_AT, TLS_ENDS, TLS_CURRENT,
    TLS_RELOADS, TLS_FAILURES, DISK_FREE, DISK_SIZE, DISK_FLOOR, BACKUP_AT, DATABASE_SECONDS, DATABASE_SIZE,
    DATABASE_WAL, DATABASE_CONNECTIONS, DATABASE_CONNECTIONS_LIMIT, LEADS, OTHER_PROCESSES, PUBLISHED, KEPT,
    OLDEST, LAG,
    WAIT_SPENT, LEFT_BEHIND, ACCEPTED, DUPLICATES, GAPS, REFUSED, PARKED, DEAD, BUS_CONNECTED, BUS_RECONNECTS,
    SIGN_IN_FAILURES, OPEN_STREAMS, OPEN_CONNECTIONS,
)  # fmt: skip
