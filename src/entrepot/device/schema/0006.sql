-- Recorded tracks that people bring: what was said of each, its parts until they are read, and what became of them.
CREATE TABLE recording (
    id            TEXT   PRIMARY KEY,
    device_id     TEXT   NOT NULL,
    organisation  TEXT   NOT NULL,
    made_by       TEXT   NOT NULL,
    file          TEXT   NOT NULL,
    bytes         BIGINT NOT NULL,
    columns       TEXT   NOT NULL,
    timezone      TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    reason        TEXT   NOT NULL,
    form          TEXT   NOT NULL,
    whole         BIGINT NOT NULL,
    created_at_us BIGINT NOT NULL,
    began_at_us   BIGINT NOT NULL,
    consumed      BIGINT NOT NULL,
    accepted      BIGINT NOT NULL,
    placed        BIGINT NOT NULL,
    counts        TEXT   NOT NULL
);
CREATE INDEX recording_of_device ON recording (device_id, id);
CREATE INDEX recording_waiting ON recording (state, id);
CREATE TABLE recording_part (
    recording_id TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    content      BYTEA  NOT NULL,
    PRIMARY KEY (recording_id, number)
);
