CREATE TABLE activity (
    hour_us      BIGINT NOT NULL,
    route        TEXT   NOT NULL,
    status       BIGINT NOT NULL,
    principal    TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    requests     BIGINT NOT NULL,
    total_us     BIGINT NOT NULL,
    longest_us   BIGINT NOT NULL,
    bytes_out    BIGINT NOT NULL,
    PRIMARY KEY (hour_us, route, status, principal, organisation)
);
CREATE INDEX activity_by_organisation ON activity (organisation, hour_us);
