-- What became of refreshing the lists that the operator configured. `seen` tells the files of the last good refresh
-- from newer ones.
CREATE TABLE party_source (
    list          TEXT   PRIMARY KEY,
    seen          TEXT   NOT NULL,
    checked_at_us BIGINT NOT NULL,
    good_at_us    BIGINT,
    error         TEXT   NOT NULL,
    outcome       TEXT   NOT NULL,
    version       BIGINT NOT NULL,
    added         BIGINT NOT NULL,
    changed       BIGINT NOT NULL,
    removed       BIGINT NOT NULL,
    wanted        BIGINT NOT NULL
);
