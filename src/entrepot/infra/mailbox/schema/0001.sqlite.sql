-- What this context says: a numbered log. SQLite numbers a row when it is inserted; the number is
-- undone with its transaction, so committed rows are contiguous, and it is never given twice.
CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    body BLOB NOT NULL
) STRICT;

-- The lives of this log. A restore begins a new one after its last sequence (`base`).
CREATE TABLE outbox_epoch (
    ordinal INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL UNIQUE,
    base INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_epoch (ordinal, epoch, base) VALUES (1, lower(hex(randomblob(16))), 0);

-- How far the log was pruned: one row.
CREATE TABLE outbox_pruned (through INTEGER NOT NULL) STRICT;
INSERT INTO outbox_pruned (through) VALUES (0);

CREATE TABLE outbox_reader (
    reader TEXT PRIMARY KEY,
    watermark INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each source was heard. `heard` counts its events and, unlike the watermark, never goes back.
CREATE TABLE inbox (
    source TEXT PRIMARY KEY,
    epoch TEXT NOT NULL,
    watermark INTEGER NOT NULL,
    heard INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Events whose handler failed, and those of the same key behind them (`next_at_us` is NULL).
CREATE TABLE inbox_parked (
    source TEXT NOT NULL,
    place INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    body BLOB NOT NULL,
    attempts INTEGER NOT NULL,
    next_at_us INTEGER,
    error TEXT NOT NULL,
    PRIMARY KEY (source, key, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_parked_next ON inbox_parked (next_at_us) WHERE next_at_us IS NOT NULL;

CREATE TABLE dead_letter (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    place INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    body BLOB NOT NULL,
    error TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    failed_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
