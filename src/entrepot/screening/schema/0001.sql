-- Versions of lists of restricted parties: whole, hashed, never changed. The highest version answers.
CREATE TABLE party_list (
    list           TEXT   NOT NULL,
    version        BIGINT NOT NULL,
    title          TEXT   NOT NULL,
    digest         TEXT   NOT NULL,
    published_on   TEXT   NOT NULL,
    entries        BIGINT NOT NULL,
    added          BIGINT NOT NULL,
    changed        BIGINT NOT NULL,
    removed        BIGINT NOT NULL,
    retired        BIGINT NOT NULL,
    body           BYTEA  NOT NULL,
    imported_at_us BIGINT NOT NULL,
    imported_by    TEXT   NOT NULL,
    PRIMARY KEY (list, version)
);

-- Data keys of organisations, wrapped: under them stands whom they screened.
CREATE TABLE screening_key (
    organisation TEXT  PRIMARY KEY,
    wrapped      BYTEA NOT NULL
);

CREATE TABLE screening (
    id             TEXT   PRIMARY KEY,
    organisation   TEXT   NOT NULL,
    subject        TEXT   NOT NULL,
    sealed         BYTEA  NOT NULL,
    threshold      DOUBLE PRECISION NOT NULL,
    watch          BIGINT NOT NULL,
    state          TEXT   NOT NULL,
    lists          TEXT   NOT NULL,
    created_by     TEXT   NOT NULL,
    created_at_us  BIGINT NOT NULL,
    screened_at_us BIGINT NOT NULL
);
CREATE INDEX screening_of_organisation ON screening (organisation, id);
CREATE INDEX screening_watched ON screening (watch, lists, id);

-- What was decided about a subject and an entry; it counts until either changes.
CREATE TABLE screening_decision (
    id            TEXT   PRIMARY KEY,
    organisation  TEXT   NOT NULL,
    subject       TEXT   NOT NULL,
    list          TEXT   NOT NULL,
    entry         TEXT   NOT NULL,
    entry_digest  TEXT   NOT NULL,
    verdict       TEXT   NOT NULL,
    reason        BYTEA  NOT NULL,
    decided_by    TEXT   NOT NULL,
    decided_at_us BIGINT NOT NULL,
    sealed_entry  BYTEA
);
CREATE INDEX screening_decision_of ON screening_decision (organisation, subject, id);
