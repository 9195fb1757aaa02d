-- Who joined before others were told what roles allow is said once more.
ALTER TABLE membership ADD COLUMN said BIGINT NOT NULL DEFAULT 0;
