-- After the move of device, device_consent, member.
-- What stays of `device` is a copy of what that context says; credentials are not in it.
ALTER TABLE device ADD COLUMN encrypted BIGINT NOT NULL DEFAULT 0;
UPDATE device SET encrypted = 1 WHERE length(payload_key) > 0;
ALTER TABLE device DROP COLUMN password_digest;
ALTER TABLE device DROP COLUMN wrapped_key;
ALTER TABLE device DROP COLUMN payload_key;
DROP TABLE device_consent;
DROP TABLE member;
