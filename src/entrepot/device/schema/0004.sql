-- `changed_at_us`: by which the process that leads finds what others changed. The roster in memory is now made of
-- this table, so the copy in `roster` goes; searching and silence are `tracking`'s.
ALTER TABLE device ADD COLUMN changed_at_us BIGINT NOT NULL DEFAULT 0;
CREATE INDEX device_changed ON device (changed_at_us);
ALTER TABLE device DROP COLUMN sought;
ALTER TABLE device DROP COLUMN offline_after_us;
DROP TABLE roster;
