-- Answers are compressed a little later, when nobody waits.
ALTER TABLE checked ADD COLUMN packed BIGINT NOT NULL DEFAULT 1;
CREATE INDEX checked_unpacked ON checked (id) WHERE packed = 0;
