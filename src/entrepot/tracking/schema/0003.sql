-- `private`: only its person sees where it was. `purged_at_us`: all that it ever told is being removed.
-- `sought`: name and username, without the difference of large and small letters. `offline_after_us`: after
-- what silence it is offline, if it is not the usual one.
ALTER TABLE device ADD COLUMN private BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN purged_at_us BIGINT;
ALTER TABLE device ADD COLUMN offline_after_us BIGINT;
ALTER TABLE device ADD COLUMN sought TEXT NOT NULL DEFAULT '';
UPDATE device SET sought = LOWER(name || ' ' || username);
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

-- Who looked at somebody else's positions: one row per minute, whatever they asked in it. Device 0 stands
-- for every device of the organisation that is not private.
CREATE TABLE look (
    organisation TEXT   NOT NULL,
    device_no    BIGINT NOT NULL,
    minute_us    BIGINT NOT NULL,
    reader       TEXT   NOT NULL,
    what         TEXT   NOT NULL,
    reader_kind  TEXT   NOT NULL,
    from_us      BIGINT NOT NULL,
    until_us     BIGINT NOT NULL,
    PRIMARY KEY (organisation, device_no, minute_us, reader, what)
);
CREATE INDEX look_of_reader ON look (reader);
CREATE INDEX look_by_time ON look (minute_us);

-- The token of a share is kept only as its digest.
CREATE TABLE share (
    id              TEXT   PRIMARY KEY,
    organisation    TEXT   NOT NULL,
    made_by         TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    digest          TEXT   NOT NULL UNIQUE,
    blur_m          DOUBLE PRECISION,
    begins_at_us    BIGINT NOT NULL,
    expires_at_us   BIGINT NOT NULL,
    revoked_at_us   BIGINT,
    created_at_us   BIGINT NOT NULL,
    reads           BIGINT NOT NULL,
    last_read_at_us BIGINT
);
CREATE INDEX share_of_organisation ON share (organisation, id);
CREATE INDEX share_by_maker ON share (made_by);
CREATE TABLE share_device (
    share_id  TEXT   NOT NULL,
    device_no BIGINT NOT NULL,
    PRIMARY KEY (share_id, device_no)
);
CREATE INDEX share_by_device ON share_device (device_no);
