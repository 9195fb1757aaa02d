-- Movement patterns. Where a device stands again and again; `hours` are JSON, by hour of the week. A `fixed`
-- kind and a name were said by a person.
CREATE TABLE place (
    id           TEXT   PRIMARY KEY,
    device_no    BIGINT NOT NULL,
    latitude_e7  BIGINT NOT NULL,
    longitude_e7 BIGINT NOT NULL,
    radius_m     DOUBLE PRECISION NOT NULL,
    visits       BIGINT NOT NULL,
    dwell_us     BIGINT NOT NULL,
    first_us     BIGINT NOT NULL,
    last_us      BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    score        DOUBLE PRECISION NOT NULL,
    fixed        BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    hours        TEXT   NOT NULL
);
CREATE INDEX place_of_device ON place (device_no, first_us);

-- A trip as few points, until it is older than habits are learned from; of a trip that late data changed it
-- is made again.
CREATE TABLE trip_line (
    device_no     BIGINT NOT NULL,
    started_at_us BIGINT NOT NULL,
    ended_at_us   BIGINT NOT NULL,
    distance_mm   BIGINT NOT NULL,
    line          TEXT   NOT NULL,
    PRIMARY KEY (device_no, started_at_us)
);

-- What a device usually does, and what it did (`motion` since `since_us`) when it was last looked at; at
-- `due_at_us` it is looked at again in any case.
CREATE TABLE habit (
    device_no     BIGINT PRIMARY KEY,
    learned_at_us BIGINT NOT NULL,
    motion        TEXT   NOT NULL,
    since_us      BIGINT NOT NULL,
    due_at_us     BIGINT NOT NULL,
    habits        TEXT   NOT NULL
);
CREATE INDEX habit_due ON habit (due_at_us);

CREATE TABLE judgement (
    device_no   BIGINT NOT NULL,
    began_us    BIGINT NOT NULL,
    ended_us    BIGINT NOT NULL,
    score       DOUBLE PRECISION NOT NULL,
    reasons     TEXT   NOT NULL,
    told        BIGINT NOT NULL,
    PRIMARY KEY (device_no, began_us)
);
