-- Whether `known_at` asked what was known before: such a check is answered the same whatever becomes active.
ALTER TABLE checked ADD COLUMN past BIGINT NOT NULL DEFAULT 0;
UPDATE checked SET past = 1 WHERE checked.pack_set <> (
    SELECT hash FROM pack_set WHERE since_us <= checked.checked_at_us ORDER BY since_us DESC LIMIT 1
);
