-- Where a device is may be seen by its person alone: it is private, or they do not agree to be tracked.
ALTER TABLE device ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0;
UPDATE device SET hidden = 1 WHERE private = 1 OR privacy LIKE '%"consent":false%';
