CREATE TABLE answered (
    principal      TEXT   NOT NULL,
    key            TEXT   NOT NULL,
    fingerprint    BYTEA  NOT NULL,
    status         BIGINT NOT NULL,
    body           BYTEA  NOT NULL,
    answered_at_us BIGINT NOT NULL,
    PRIMARY KEY (principal, key)
);
CREATE INDEX answered_by_time ON answered (answered_at_us);
