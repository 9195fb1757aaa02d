CREATE TABLE member (
    person       TEXT NOT NULL,
    organisation TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    PRIMARY KEY (person, organisation)
);
CREATE INDEX member_of_organisation ON member (organisation, person);

CREATE TABLE preference (
    person       TEXT NOT NULL,
    organisation TEXT NOT NULL,
    body         TEXT NOT NULL,
    PRIMARY KEY (person, organisation)
);

CREATE TABLE notice (
    id              TEXT   PRIMARY KEY,
    key             TEXT   NOT NULL,
    organisation    TEXT   NOT NULL,
    kind            TEXT   NOT NULL,
    severity        TEXT   NOT NULL,
    subject         TEXT   NOT NULL,
    place           TEXT   NOT NULL,
    facts           TEXT   NOT NULL,
    late            BIGINT NOT NULL,
    simulated       BIGINT NOT NULL,
    occurred_at_us  BIGINT NOT NULL,
    told_at_us      BIGINT NOT NULL,
    withdrawn_at_us BIGINT
);
CREATE UNIQUE INDEX notice_by_key ON notice (organisation, key);
CREATE INDEX notice_by_subject ON notice (subject);
CREATE INDEX notice_by_time ON notice (told_at_us);

CREATE TABLE notification (
    person       TEXT   NOT NULL,
    notice_id    TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    text         TEXT   NOT NULL,
    unread       BIGINT NOT NULL,
    filed_at_us  BIGINT NOT NULL,
    read_at_us   BIGINT,
    PRIMARY KEY (person, notice_id)
);
CREATE INDEX notification_in_order ON notification (person, organisation, unread, notice_id);
CREATE INDEX notification_of_notice ON notification (notice_id);

CREATE TABLE throttle (
    person       TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    place        TEXT   NOT NULL,
    told_at_us   BIGINT NOT NULL,
    unsent       BIGINT NOT NULL,
    PRIMARY KEY (person, organisation, kind, subject, place)
);

CREATE TABLE template (
    organisation TEXT NOT NULL,
    kind         TEXT NOT NULL,
    subject      TEXT NOT NULL,
    text         TEXT NOT NULL,
    PRIMARY KEY (organisation, kind)
);

CREATE TABLE webhook (
    id                TEXT   PRIMARY KEY,
    organisation      TEXT   NOT NULL,
    wrapped           BYTEA  NOT NULL,
    url               BYTEA  NOT NULL,
    secret            BYTEA  NOT NULL,
    previous          BYTEA,
    previous_until_us BIGINT,
    kinds             TEXT   NOT NULL,
    active            BIGINT NOT NULL,
    off_reason        TEXT   NOT NULL,
    failing_since_us  BIGINT,
    created_at_us     BIGINT NOT NULL
);
CREATE INDEX webhook_of_organisation ON webhook (organisation, id);

CREATE TABLE delivery (
    id            TEXT   PRIMARY KEY,
    organisation  TEXT   NOT NULL,
    notice_id     TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    channel       TEXT   NOT NULL,
    recipient     TEXT   NOT NULL,
    status        TEXT   NOT NULL,
    withdrawal    BIGINT NOT NULL,
    unsent        BIGINT NOT NULL,
    attempts      BIGINT NOT NULL,
    created_at_us BIGINT NOT NULL,
    due_us        BIGINT,
    done_at_us    BIGINT,
    code          BIGINT,
    error         TEXT   NOT NULL,
    letter_id     TEXT
);
CREATE INDEX delivery_of_organisation ON delivery (organisation, id);
CREATE INDEX delivery_due ON delivery (channel, status, due_us);
CREATE INDEX delivery_of_notice ON delivery (notice_id);
CREATE INDEX delivery_of_letter ON delivery (letter_id);
CREATE INDEX delivery_of_recipient ON delivery (recipient, status);
