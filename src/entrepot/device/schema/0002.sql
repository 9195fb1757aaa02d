-- What MQTT sessions left here while their devices were away. A session's rows go with it.
CREATE TABLE mqtt_session (
    id       TEXT   PRIMARY KEY,
    identity TEXT   NOT NULL,
    client   TEXT   NOT NULL,
    seen_us  BIGINT NOT NULL
);

CREATE TABLE mqtt_subscription (
    session TEXT   NOT NULL,
    filter  TEXT   NOT NULL,
    granted TEXT   NOT NULL,
    qos     BIGINT NOT NULL,
    PRIMARY KEY (session, filter)
);

-- Messages for the client. `number` is their order; a `released` one has been confirmed once (QoS 2).
CREATE TABLE mqtt_outgoing (
    session   TEXT   NOT NULL,
    packet_id BIGINT NOT NULL,
    number    BIGINT NOT NULL,
    topic     TEXT   NOT NULL,
    payload   BYTEA  NOT NULL,
    qos       BIGINT NOT NULL,
    retain    BIGINT NOT NULL,
    released  BIGINT NOT NULL,
    PRIMARY KEY (session, packet_id)
);

-- Messages of QoS 2 from the client that were taken and not yet released.
CREATE TABLE mqtt_incoming (
    session   TEXT   NOT NULL,
    packet_id BIGINT NOT NULL,
    PRIMARY KEY (session, packet_id)
);

-- An empty `identity` is the house itself.
CREATE TABLE mqtt_retained (
    topic    TEXT   PRIMARY KEY,
    payload  BYTEA  NOT NULL,
    qos      BIGINT NOT NULL,
    identity TEXT   NOT NULL
);
