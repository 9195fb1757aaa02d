-- Devices, as they stood in `tracking` before its step 8.
CREATE TABLE device (
    no              BIGINT NOT NULL UNIQUE,
    id              TEXT   PRIMARY KEY,
    organisation    TEXT   NOT NULL,
    person_id       TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    kind            TEXT   NOT NULL,
    username        TEXT   NOT NULL UNIQUE,
    password_digest BYTEA  NOT NULL,
    needs_password  BIGINT NOT NULL,
    wrapped_key     BYTEA  NOT NULL,
    payload_key     BYTEA  NOT NULL,
    filter          TEXT   NOT NULL,
    privacy         TEXT   NOT NULL,
    alerts          TEXT   NOT NULL,
    friends         BIGINT NOT NULL,
    simulated       BIGINT NOT NULL,
    retention_days  BIGINT,
    revision        BIGINT NOT NULL,
    created_at_us   BIGINT NOT NULL,
    revoked_at_us   BIGINT
);
CREATE INDEX device_of_organisation ON device (organisation, no);
ALTER TABLE device ADD COLUMN private BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN purged_at_us BIGINT;
ALTER TABLE device ADD COLUMN offline_after_us BIGINT;
ALTER TABLE device ADD COLUMN sought TEXT NOT NULL DEFAULT '';
CREATE INDEX device_of_person ON device (person_id);

-- What the person said about being tracked, each time.
CREATE TABLE device_consent (
    device_no BIGINT NOT NULL,
    at_us     BIGINT NOT NULL,
    person_id TEXT   NOT NULL,
    given     BIGINT NOT NULL,
    purposes  TEXT   NOT NULL,
    PRIMARY KEY (device_no, at_us)
);

-- Who belongs to which organisation, as the user context says.
CREATE TABLE member (
    person_id    TEXT NOT NULL,
    organisation TEXT NOT NULL,
    PRIMARY KEY (person_id, organisation)
);
