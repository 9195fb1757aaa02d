-- What `alert` must know of each device, laid ready for it to take: see step 7.
CREATE TABLE subject (
    id             TEXT   PRIMARY KEY,
    name           TEXT   NOT NULL,
    only_for       TEXT   NOT NULL,
    retention_days BIGINT,
    purged_at_us   BIGINT
);
INSERT INTO subject (id, name, only_for, retention_days, purged_at_us)
    SELECT id, name, CASE private WHEN 1 THEN person_id ELSE '' END, retention_days, purged_at_us FROM device;
