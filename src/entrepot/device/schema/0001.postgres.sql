CREATE TABLE roster (
    device_id    TEXT   PRIMARY KEY,
    organisation TEXT   NOT NULL,
    revision     BIGINT NOT NULL,
    access       TEXT   NOT NULL
);

-- What the filters remember of each device (msgpack), and its OwnTracks card.
CREATE TABLE device_state (
    device_id TEXT PRIMARY KEY,
    sieve     BYTEA NOT NULL,
    card      TEXT
);

CREATE TABLE command (
    id            TEXT   PRIMARY KEY,
    device_id     TEXT   NOT NULL,
    body          TEXT   NOT NULL,
    created_at_us BIGINT NOT NULL
);

-- By device and day (UTC, of receipt): what came in, and what was sent on.
CREATE TABLE intake_day (
    device_id    TEXT   NOT NULL,
    day          BIGINT NOT NULL,
    organisation TEXT   NOT NULL,
    messages     BIGINT NOT NULL,
    bytes_in     BIGINT NOT NULL,
    accepted     BIGINT NOT NULL,
    bytes_on     BIGINT NOT NULL,
    PRIMARY KEY (device_id, day)
);
CREATE INDEX intake_day_of_organisation ON intake_day (organisation, day);

CREATE TABLE rejected_day (
    device_id    TEXT   NOT NULL,
    day          BIGINT NOT NULL,
    reason       TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    fixes        BIGINT NOT NULL,
    PRIMARY KEY (device_id, day, reason)
);
CREATE INDEX rejected_day_of_organisation ON rejected_day (organisation, day);

CREATE TABLE rejected (
    id           TEXT   PRIMARY KEY,
    device_id    TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    fixed_at_us  BIGINT NOT NULL,
    reason       TEXT   NOT NULL,
    fix          TEXT   NOT NULL
);
CREATE INDEX rejected_of_device ON rejected (device_id, fixed_at_us);
CREATE INDEX rejected_of_organisation ON rejected (organisation, id);

CREATE TABLE quarantine (
    id             TEXT   PRIMARY KEY,
    device_id      TEXT   NOT NULL,
    organisation   TEXT   NOT NULL,
    protocol       TEXT   NOT NULL,
    received_at_us BIGINT NOT NULL,
    reason         TEXT   NOT NULL,
    size           BIGINT NOT NULL,
    body           BYTEA  NOT NULL
);
CREATE INDEX quarantine_of_organisation ON quarantine (organisation, id);
CREATE INDEX quarantine_of_device ON quarantine (device_id, id);
