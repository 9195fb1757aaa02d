-- Words that processes leave here while they start; who is at work is asked whether it has them (twins.py).
CREATE TABLE twin_word (
    word       TEXT   PRIMARY KEY,
    left_at_us BIGINT NOT NULL
);
