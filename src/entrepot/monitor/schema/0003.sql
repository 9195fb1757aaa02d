-- How often what happened, by day (UTC), kind of event and organisation; an empty one is the node's own.
CREATE TABLE happening (
    day_us       BIGINT NOT NULL,
    type         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    happened     BIGINT NOT NULL,
    PRIMARY KEY (day_us, type, organisation)
);
