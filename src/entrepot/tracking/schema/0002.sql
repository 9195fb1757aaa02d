-- Where each device is now: its newest kept fix, what it does, and when the clock must look at it.
CREATE TABLE latest (
    device_no       BIGINT PRIMARY KEY,
    fixed_at_us     BIGINT,
    received_at_us  BIGINT,
    latitude_e7     BIGINT,
    longitude_e7    BIGINT,
    accuracy_dm     BIGINT,
    altitude_dm     BIGINT,
    speed_cms       BIGINT,
    course_dd       BIGINT,
    battery_pct     BIGINT,
    attributes      TEXT,
    contact_at_us   BIGINT NOT NULL,
    motion          TEXT   NOT NULL,
    motion_since_us BIGINT,
    odometer_mm     BIGINT NOT NULL,
    due_at_us       BIGINT
);
CREATE INDEX latest_due ON latest (due_at_us) WHERE due_at_us IS NOT NULL;

-- What the engine goes on from. `clock_us` is the newest moment that the clock decided about beyond the
-- data, 0 if none; nothing at or before `floor_us` is taken any more, because it was forgotten.
CREATE TABLE derivation (
    device_no        BIGINT PRIMARY KEY,
    state            BYTEA  NOT NULL,
    newest_us        BIGINT NOT NULL,
    since_checkpoint BIGINT NOT NULL,
    closed_mm        BIGINT NOT NULL,
    clock_us         BIGINT NOT NULL,
    floor_us         BIGINT NOT NULL
);

CREATE TABLE checkpoint (
    device_no BIGINT NOT NULL,
    at_us     BIGINT NOT NULL,
    state     BYTEA  NOT NULL,
    PRIMARY KEY (device_no, at_us)
);

CREATE TABLE segment (
    device_no        BIGINT NOT NULL,
    started_at_us    BIGINT NOT NULL,
    kind             TEXT   NOT NULL,
    ended_at_us      BIGINT,
    latitude_e7      BIGINT NOT NULL,
    longitude_e7     BIGINT NOT NULL,
    end_latitude_e7  BIGINT,
    end_longitude_e7 BIGINT,
    distance_mm      BIGINT NOT NULL,
    max_speed_mps    DOUBLE PRECISION,
    decided_us       BIGINT NOT NULL,
    closed_us        BIGINT,
    revised_at_us    BIGINT,
    PRIMARY KEY (device_no, started_at_us, kind)
);

CREATE TABLE fence_event (
    device_no     BIGINT NOT NULL,
    at_us         BIGINT NOT NULL,
    geofence_id   TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    latitude_e7   BIGINT NOT NULL,
    longitude_e7  BIGINT NOT NULL,
    crossed       BIGINT NOT NULL,
    late          BIGINT NOT NULL,
    decided_us    BIGINT NOT NULL,
    PRIMARY KEY (device_no, at_us, geofence_id, kind)
);
CREATE INDEX fence_event_of_geofence ON fence_event (geofence_id, at_us);

CREATE TABLE alert (
    id                 TEXT   PRIMARY KEY,
    organisation       TEXT   NOT NULL,
    device_no          BIGINT NOT NULL,
    kind               TEXT   NOT NULL,
    occurred_at_us     BIGINT NOT NULL,
    raised_at_us       BIGINT NOT NULL,
    decided_us         BIGINT NOT NULL,
    geofence_id        TEXT   NOT NULL,
    geofence_name      TEXT   NOT NULL,
    latitude_e7        BIGINT,
    longitude_e7       BIGINT,
    value              DOUBLE PRECISION,
    late               BIGINT NOT NULL,
    simulated          BIGINT NOT NULL,
    corrects           TEXT   NOT NULL,
    withdrawn_at_us    BIGINT,
    acknowledged_at_us BIGINT,
    acknowledged_by    TEXT   NOT NULL
);
CREATE INDEX alert_of_organisation ON alert (organisation, occurred_at_us, id);
CREATE INDEX alert_of_device ON alert (device_no, decided_us);
