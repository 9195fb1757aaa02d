-- Facts, and the alerts that they became; `status` is told, waiting, counted or untold. Scaled integers, as
-- tracking has them: degrees × 10⁷.
CREATE TABLE alert (
    id                 TEXT   PRIMARY KEY,
    organisation       TEXT   NOT NULL,
    subject            TEXT   NOT NULL,
    name               TEXT   NOT NULL,
    kind               TEXT   NOT NULL,
    occurred_at_us     BIGINT NOT NULL,
    raised_at_us       BIGINT NOT NULL,
    place              TEXT   NOT NULL,
    place_name         TEXT   NOT NULL,
    latitude_e7        BIGINT,
    longitude_e7       BIGINT,
    value              DOUBLE PRECISION,
    ends               TEXT   NOT NULL,
    late               BIGINT NOT NULL,
    simulated          BIGINT NOT NULL,
    corrects           TEXT   NOT NULL,
    only_for           TEXT   NOT NULL,
    rule               TEXT   NOT NULL,
    status             TEXT   NOT NULL,
    due_at_us          BIGINT,
    counted_in         TEXT   NOT NULL,
    denied             BIGINT NOT NULL,
    withdrawn_at_us    BIGINT,
    acknowledged_at_us BIGINT,
    acknowledged_by    TEXT   NOT NULL
);
CREATE INDEX alert_of_organisation ON alert (organisation, occurred_at_us, id);
CREATE INDEX alert_of_subject ON alert (subject, occurred_at_us);
CREATE INDEX alert_due ON alert (due_at_us) WHERE due_at_us IS NOT NULL;
CREATE INDEX alert_counted ON alert (counted_in) WHERE counted_in <> '';

-- What must be known of a device: how it is called, whether its alerts are `only_for` one person, how many
-- days they stay. Of a purged one nothing is taken any more.
CREATE TABLE subject (
    id             TEXT   PRIMARY KEY,
    name           TEXT   NOT NULL,
    only_for       TEXT   NOT NULL,
    retention_days BIGINT,
    purged_at_us   BIGINT
);

-- What an organisation wants to be told; `kind` may be *, `subject` empty.
CREATE TABLE rule (
    organisation TEXT NOT NULL,
    kind         TEXT NOT NULL,
    subject      TEXT NOT NULL,
    rule         TEXT NOT NULL,
    PRIMARY KEY (organisation, kind, subject)
);
