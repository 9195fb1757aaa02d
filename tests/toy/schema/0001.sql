CREATE TABLE toy (
    id           TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    person       TEXT NOT NULL,
    name         BYTEA NOT NULL
);
CREATE TABLE toy_key (
    person  TEXT PRIMARY KEY,
    wrapped BYTEA NOT NULL
);
