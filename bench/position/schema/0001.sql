CREATE TABLE position (
    id          TEXT   PRIMARY KEY,
    device      TEXT   NOT NULL,
    latitude    DOUBLE PRECISION NOT NULL,
    longitude   DOUBLE PRECISION NOT NULL,
    altitude_m  DOUBLE PRECISION NOT NULL,
    speed_mps   DOUBLE PRECISION NOT NULL,
    course_deg  DOUBLE PRECISION NOT NULL,
    fixed_at_us BIGINT NOT NULL
);
