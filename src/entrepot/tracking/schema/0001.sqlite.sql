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

-- Scaled integers keep a position near 50 bytes: degrees × 10⁷, decimetres, cm/s, tenths of a degree.
CREATE TABLE position (
    device_no      BIGINT NOT NULL,
    fixed_at_us    BIGINT NOT NULL,
    received_at_us BIGINT NOT NULL,
    latitude_e7    BIGINT NOT NULL,
    longitude_e7   BIGINT NOT NULL,
    accuracy_dm    BIGINT,
    altitude_dm    BIGINT,
    speed_cms      BIGINT,
    course_dd      BIGINT,
    battery_pct    BIGINT,
    rejected       BIGINT NOT NULL,
    attributes     TEXT,
    PRIMARY KEY (device_no, fixed_at_us)
) WITHOUT ROWID;

CREATE TABLE geofence (
    id            TEXT   NOT NULL,
    revision      BIGINT NOT NULL,
    organisation  TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    definition    TEXT   NOT NULL,
    from_us       BIGINT NOT NULL,
    until_us      BIGINT,
    created_at_us BIGINT NOT NULL,
    PRIMARY KEY (id, revision)
);
CREATE INDEX geofence_of_organisation ON geofence (organisation, until_us);
