-- Passkeys. The credential's id and its name are sealed; the keyed hash of the id finds it.
CREATE TABLE passkey (
    id               TEXT    PRIMARY KEY,
    person           TEXT    NOT NULL,
    credential_index TEXT    NOT NULL UNIQUE,
    credential       BYTEA   NOT NULL,
    name             BYTEA   NOT NULL,
    public_key       BYTEA   NOT NULL,
    transports       TEXT    NOT NULL,
    sign_count       BIGINT  NOT NULL,
    verifies         BOOLEAN NOT NULL,
    synced           BOOLEAN NOT NULL,
    backed_up        BOOLEAN NOT NULL,
    created_at_us    BIGINT  NOT NULL,
    used_at_us       BIGINT
);
CREATE INDEX passkey_by_person ON passkey (person, id);

-- What an authenticator is to sign, by digest: once, and soon.
CREATE TABLE challenge (
    digest        TEXT   PRIMARY KEY,
    purpose       TEXT   NOT NULL,
    person        TEXT   NOT NULL,
    expires_at_us BIGINT NOT NULL
);
CREATE INDEX challenge_by_person ON challenge (person);
CREATE INDEX challenge_by_end ON challenge (expires_at_us);

-- People at outside providers, by a keyed hash of issuer and subject.
CREATE TABLE identity (
    id            TEXT   PRIMARY KEY,
    subject_index TEXT   NOT NULL UNIQUE,
    person        TEXT   NOT NULL,
    provider      TEXT   NOT NULL,
    account       BYTEA  NOT NULL,
    linked_at_us  BIGINT NOT NULL,
    used_at_us    BIGINT NOT NULL
);
CREATE INDEX identity_by_person ON identity (person, id);

-- Who went to a provider and is to come back, with the digests of the state and of the browser's secret.
CREATE TABLE departure (
    state         TEXT   PRIMARY KEY,
    provider      TEXT   NOT NULL,
    purpose       TEXT   NOT NULL,
    person        TEXT   NOT NULL,
    binding       TEXT   NOT NULL,
    expires_at_us BIGINT NOT NULL
);
CREATE INDEX departure_by_end ON departure (expires_at_us);

-- How many factors a session was opened with, and when they were proved (0: when it was opened).
ALTER TABLE session ADD COLUMN factors BIGINT NOT NULL DEFAULT 1;
ALTER TABLE session ADD COLUMN proved_at_us BIGINT NOT NULL DEFAULT 0;
-- Whether a password wants a passkey beside it.
ALTER TABLE person ADD COLUMN wants_passkey BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE organisation ADD COLUMN demands_second_factor BOOLEAN NOT NULL DEFAULT FALSE;
