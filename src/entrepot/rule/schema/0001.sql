-- A version of a pack. Only a draft changes; `revision` counts its changes.
CREATE TABLE pack (
    id                 TEXT   PRIMARY KEY,
    name               TEXT   NOT NULL,
    version            BIGINT NOT NULL,
    state              TEXT   NOT NULL,
    revision           BIGINT NOT NULL,
    about              BYTEA  NOT NULL,
    based_on           TEXT   NOT NULL,
    shipped            BIGINT NOT NULL,
    hash               TEXT   NOT NULL,
    key_id             TEXT   NOT NULL,
    signature          BYTEA  NOT NULL,
    created_at_us      BIGINT NOT NULL,
    UNIQUE (name, version)
);
CREATE INDEX pack_in_state ON pack (state, name);

CREATE TABLE pack_rule (
    pack_id TEXT  NOT NULL,
    rule_id TEXT  NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (pack_id, rule_id)
);

-- Who did what to a version, and why.
CREATE TABLE pack_step (
    id           TEXT   PRIMARY KEY,
    pack_id      TEXT   NOT NULL,
    action       TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    actor        TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    reason       TEXT   NOT NULL,
    at_us        BIGINT NOT NULL
);
CREATE INDEX pack_step_of ON pack_step (pack_id, id);

-- Which versions were active together from when on: what the house knew at any moment.
CREATE TABLE pack_set (
    since_us BIGINT PRIMARY KEY,
    hash     TEXT   NOT NULL,
    pack_ids TEXT   NOT NULL
);
CREATE INDEX pack_set_by_hash ON pack_set (hash);

CREATE TABLE checked (
    id            TEXT   PRIMARY KEY,
    organisation  TEXT   NOT NULL,
    person_id     TEXT   NOT NULL,
    checked_at_us BIGINT NOT NULL,
    verdict       TEXT   NOT NULL,
    hs_code       TEXT   NOT NULL,
    origin        TEXT   NOT NULL,
    destination   TEXT   NOT NULL,
    description   TEXT   NOT NULL,
    pack_set      TEXT   NOT NULL,
    answer        BYTEA  NOT NULL
);
CREATE INDEX checked_of_organisation ON checked (organisation, id);
CREATE INDEX checked_by_person ON checked (person_id);

-- The last that was said about a pack's stale facts, so that it is said once.
CREATE TABLE stale_notice (
    name  TEXT PRIMARY KEY,
    rules TEXT NOT NULL
);
