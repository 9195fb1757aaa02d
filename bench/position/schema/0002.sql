-- No key here on purpose: a report that was stored twice must show.
CREATE TABLE report (
    id     TEXT NOT NULL,
    device TEXT NOT NULL
);
