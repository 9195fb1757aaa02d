-- One open registration for an address: the newest stays.
DELETE FROM data_key WHERE owner IN (
    SELECT r.id FROM registration r JOIN registration n ON n.email_index = r.email_index
    WHERE n.made_at_us > r.made_at_us OR (n.made_at_us = r.made_at_us AND n.id > r.id)
);
DELETE FROM registration WHERE id IN (
    SELECT r.id FROM registration r JOIN registration n ON n.email_index = r.email_index
    WHERE n.made_at_us > r.made_at_us OR (n.made_at_us = r.made_at_us AND n.id > r.id)
);
DROP INDEX registration_by_email;
CREATE UNIQUE INDEX registration_by_email ON registration (email_index);

-- Who gave what, so that it ends with them. `inviter_kind` is empty in invitations from before.
ALTER TABLE invitation ADD COLUMN inviter_kind TEXT NOT NULL DEFAULT '';
CREATE INDEX invitation_by_inviter ON invitation (inviter);
-- The key with which a key was made, and whether others were told that it expired.
ALTER TABLE api_key ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE api_key ADD COLUMN end_said BIGINT NOT NULL DEFAULT 0;
CREATE INDEX api_key_by_parent ON api_key (parent);
CREATE INDEX api_key_by_end ON api_key (expires_at_us) WHERE end_said = 0;

ALTER TABLE person ADD COLUMN suspended_at_us BIGINT;
