-- What became of the backups that the settings ask for; `error` is empty for a good one.
CREATE TABLE backup (
    id text NOT NULL PRIMARY KEY,
    ended_at_us bigint NOT NULL,
    took_ms bigint NOT NULL,
    name text NOT NULL,
    bytes bigint NOT NULL,
    encrypted integer NOT NULL,
    error text NOT NULL
);
CREATE INDEX backup_by_end ON backup (ended_at_us);
