-- The newest refresh token follows from the one before it and this salt, and who asked may ask again.
ALTER TABLE session ADD COLUMN salt TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN renewed_by TEXT NOT NULL DEFAULT '';

-- Wrong proofs in a row, by keyed hashes of an account and of where they came from: a device or an address
-- from which the account was opened before, or all others together. Accounts that do not exist count too.
CREATE TABLE guess (
    account  TEXT   NOT NULL,
    ground   TEXT   NOT NULL,
    count    BIGINT NOT NULL,
    until_us BIGINT NOT NULL,
    last_us  BIGINT NOT NULL,
    PRIMARY KEY (account, ground)
);
CREATE INDEX guess_by_time ON guess (last_us);

-- From where a person signed in: keyed hashes of devices and addresses.
CREATE TABLE known_place (
    person     TEXT   NOT NULL,
    place      TEXT   NOT NULL,
    seen_at_us BIGINT NOT NULL,
    PRIMARY KEY (person, place)
);
CREATE INDEX known_place_by_time ON known_place (seen_at_us);
