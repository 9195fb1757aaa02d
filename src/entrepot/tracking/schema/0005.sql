-- What a device said besides its positions. `id` is the same for the same report, however often it comes.
CREATE TABLE report (
    id        TEXT   PRIMARY KEY,
    device_no BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    at_us     BIGINT NOT NULL,
    body      TEXT   NOT NULL
);
CREATE INDEX report_of_device ON report (device_no, at_us, id);
