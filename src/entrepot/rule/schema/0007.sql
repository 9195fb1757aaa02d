-- What somebody has seen to of a kept check, for all of the organisation.
CREATE TABLE tick (
    check_id  TEXT   NOT NULL,
    rule_id   TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    at_us     BIGINT NOT NULL,
    PRIMARY KEY (check_id, rule_id)
);
CREATE INDEX tick_by_person ON tick (person_id);

-- How many requirements of a check are to be done; nobody counted them in older ones.
ALTER TABLE checked ADD COLUMN todo BIGINT;
