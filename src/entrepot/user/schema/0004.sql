-- Which contexts an export was asked of: after an upgrade there may be others, and it is asked for anew.
ALTER TABLE export ADD COLUMN asked TEXT NOT NULL DEFAULT '';
