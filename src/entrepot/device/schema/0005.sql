-- Whether a message was sent to its client before: what was written until now may have been.
ALTER TABLE mqtt_outgoing ADD COLUMN sent BIGINT NOT NULL DEFAULT 1;

-- What came and was not used, by device, what it is and why. An empty `device_id` is nobody's: a broker in front let
-- it through.
CREATE TABLE unused (
    id           TEXT   PRIMARY KEY,
    device_id    TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    reason       TEXT   NOT NULL,
    count        BIGINT NOT NULL,
    first_at_us  BIGINT NOT NULL,
    last_at_us   BIGINT NOT NULL,
    example      BYTEA  NOT NULL,
    size         BIGINT NOT NULL
);
CREATE UNIQUE INDEX unused_of_device ON unused (device_id, kind, name, reason);
CREATE INDEX unused_of_organisation ON unused (organisation, last_at_us);
