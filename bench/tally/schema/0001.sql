CREATE TABLE effect (
    id    TEXT   PRIMARY KEY,
    times BIGINT NOT NULL
);
