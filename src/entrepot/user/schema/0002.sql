-- Data keys, wrapped by the key service: one per person and organisation, one for look-ups.
CREATE TABLE data_key (
    owner   TEXT  PRIMARY KEY,
    wrapped BYTEA NOT NULL
);

-- Names and addresses are sealed in every table.
CREATE TABLE organisation (
    id            TEXT   PRIMARY KEY,
    name          BYTEA,
    created_at_us BIGINT NOT NULL
);

-- Who signed up and has not confirmed the address yet; an address may be here several times.
CREATE TABLE registration (
    id            TEXT   PRIMARY KEY,
    email_index   TEXT   NOT NULL,
    email         BYTEA  NOT NULL,
    name          BYTEA  NOT NULL,
    password_hash TEXT   NOT NULL,
    ticket        TEXT   NOT NULL UNIQUE,
    made_at_us    BIGINT NOT NULL
);
CREATE INDEX registration_by_email ON registration (email_index);
CREATE INDEX registration_by_time ON registration (made_at_us);

CREATE TABLE person (
    id            TEXT   PRIMARY KEY,
    email_index   TEXT   NOT NULL UNIQUE,
    email         BYTEA  NOT NULL,
    name          BYTEA  NOT NULL,
    password_hash TEXT   NOT NULL,
    totp          BYTEA,
    totp_pending  BYTEA,
    totp_step     BIGINT NOT NULL DEFAULT 0,
    created_at_us BIGINT NOT NULL
);

CREATE TABLE recovery_code (
    person TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (person, digest)
);

CREATE TABLE membership (
    person       TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    roles        TEXT   NOT NULL,
    joined_at_us BIGINT NOT NULL,
    PRIMARY KEY (person, organisation)
);
CREATE INDEX membership_by_organisation ON membership (organisation, person);

CREATE TABLE role (
    organisation TEXT NOT NULL,
    name         TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    PRIMARY KEY (organisation, name)
);

-- A session is a family of refresh tokens: digests of what all share, of the newest and of the one before.
CREATE TABLE session (
    id            TEXT   PRIMARY KEY,
    person        TEXT   NOT NULL,
    organisation  TEXT   NOT NULL,
    agent         BYTEA  NOT NULL,
    family        TEXT   NOT NULL,
    newest        TEXT   NOT NULL,
    previous      TEXT   NOT NULL,
    created_at_us BIGINT NOT NULL,
    rotated_at_us BIGINT NOT NULL,
    expires_at_us BIGINT NOT NULL
);
CREATE INDEX session_by_person ON session (person, id);
CREATE INDEX session_by_end ON session (expires_at_us);

-- One-time links, by the digest of their secret.
CREATE TABLE ticket (
    digest        TEXT   PRIMARY KEY,
    purpose       TEXT   NOT NULL,
    subject       TEXT   NOT NULL,
    expires_at_us BIGINT NOT NULL
);
CREATE INDEX ticket_by_subject ON ticket (subject);

-- Failures by a keyed hash of who failed.
CREATE TABLE throttle (
    bucket   TEXT   PRIMARY KEY,
    failures BIGINT NOT NULL,
    until_us BIGINT NOT NULL
);

CREATE TABLE invitation (
    id            TEXT   PRIMARY KEY,
    organisation  TEXT   NOT NULL,
    email_index   TEXT   NOT NULL,
    email         BYTEA  NOT NULL,
    roles         TEXT   NOT NULL,
    inviter       TEXT   NOT NULL,
    ticket        TEXT   NOT NULL UNIQUE,
    made_at_us    BIGINT NOT NULL,
    expires_at_us BIGINT NOT NULL
);
CREATE INDEX invitation_by_organisation ON invitation (organisation, id);

CREATE TABLE consent (
    id      TEXT    PRIMARY KEY,
    person  TEXT    NOT NULL,
    purpose TEXT    NOT NULL,
    given   BOOLEAN NOT NULL,
    at_us   BIGINT  NOT NULL
);
CREATE INDEX consent_by_person ON consent (person, id);

CREATE TABLE export (
    id              TEXT   PRIMARY KEY,
    person          TEXT   NOT NULL UNIQUE,
    wrapped         BYTEA  NOT NULL,
    requested_at_us BIGINT NOT NULL
);
CREATE TABLE export_part (
    export  TEXT  NOT NULL,
    context TEXT  NOT NULL,
    sealed  BYTEA NOT NULL,
    PRIMARY KEY (export, context)
);

-- That somebody was erased, and nothing about them.
CREATE TABLE erasure (
    id           TEXT   PRIMARY KEY,
    erased_at_us BIGINT NOT NULL
);

ALTER TABLE api_key ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE api_key ADD COLUMN sealed_name BYTEA;
CREATE INDEX api_key_by_owner ON api_key (owner);
