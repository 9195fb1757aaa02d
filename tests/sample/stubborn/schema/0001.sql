CREATE TABLE gave_in (key_id text NOT NULL);
