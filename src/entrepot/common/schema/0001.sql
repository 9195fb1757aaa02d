CREATE TABLE letter (
    id         TEXT   PRIMARY KEY,
    sent_at_us BIGINT NOT NULL
);
CREATE INDEX letter_by_time ON letter (sent_at_us);
