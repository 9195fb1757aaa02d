-- A log names its place, as `tracking@hub`, and so does a reader. All there was so far was at the hub.
UPDATE inbox SET source = source || '@hub';
UPDATE inbox_parked SET source = source || '@hub';
UPDATE dead_letter SET source = source || '@hub';
UPDATE outbox_reader SET reader = reader || '@hub';

-- Readers come and go. One has everything through `watermark`, and wants nothing through `begins_after`.
ALTER TABLE outbox_reader ADD COLUMN begins_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox_reader ADD COLUMN enrolled_by TEXT NOT NULL DEFAULT 'wiring'; -- or 'hand'
ALTER TABLE outbox_reader ADD COLUMN enrolled_at_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox_reader ADD COLUMN heard_at_us INTEGER; -- when it last said something
ALTER TABLE outbox_reader ADD COLUMN silent_from_us INTEGER NOT NULL DEFAULT 0; -- later by how long the source was away
ALTER TABLE outbox_reader ADD COLUMN wait_events INTEGER; -- its own bound; NULL is the node's
ALTER TABLE outbox_reader ADD COLUMN wait_days INTEGER;
ALTER TABLE outbox_reader ADD COLUMN left_behind_at_us INTEGER; -- since when the log lacks what it has not read
ALTER TABLE outbox_reader ADD COLUMN removed_at_us INTEGER; -- kept, so that it is known when it comes back
ALTER TABLE outbox_reader ADD COLUMN removed_by TEXT;
UPDATE outbox_reader SET
    enrolled_at_us = CAST(unixepoch('subsec') * 1000000 AS INTEGER),
    silent_from_us = CAST(unixepoch('subsec') * 1000000 AS INTEGER);

-- Whose database this is: one row, once the first process with keys opened it.
CREATE TABLE deployment (id TEXT NOT NULL) STRICT;
