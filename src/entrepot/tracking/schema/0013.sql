-- Reports that somebody wants again and again: at `next_us` they are told that the next one is there.
CREATE TABLE report_schedule (
    id            TEXT   PRIMARY KEY,
    organisation  TEXT   NOT NULL,
    made_by       TEXT   NOT NULL,
    report        TEXT   NOT NULL,
    every         TEXT   NOT NULL,
    at_clock      TEXT   NOT NULL,
    timezone      TEXT   NOT NULL,
    device        TEXT   NOT NULL,
    above_mps     DOUBLE PRECISION,
    created_at_us BIGINT NOT NULL,
    next_us       BIGINT NOT NULL
);
CREATE INDEX report_schedule_by_maker ON report_schedule (made_by);
CREATE INDEX report_schedule_due ON report_schedule (next_us);
