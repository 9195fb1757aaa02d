CREATE TABLE api_key (
    id            TEXT   PRIMARY KEY,
    organisation  TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    scopes        TEXT   NOT NULL,
    digest        TEXT   NOT NULL UNIQUE,
    created_at_us BIGINT NOT NULL,
    expires_at_us BIGINT,
    revoked_at_us BIGINT
);
CREATE INDEX api_key_by_organisation ON api_key (organisation, id);

CREATE TABLE revoked_token (
    id            TEXT   PRIMARY KEY,
    revoked_at_us BIGINT NOT NULL
);
