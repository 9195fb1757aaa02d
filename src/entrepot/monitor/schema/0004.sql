-- What operators did to accounts, by organisation; an empty one is for whoever runs the node.
CREATE TABLE account_act (
    organisation TEXT   NOT NULL,
    at_us        BIGINT NOT NULL,
    type         TEXT   NOT NULL,
    person       TEXT   NOT NULL,
    actor        TEXT   NOT NULL,
    PRIMARY KEY (organisation, at_us, type, person)
);
CREATE INDEX account_act_by_person ON account_act (person);
CREATE INDEX account_act_by_time ON account_act (at_us);
