-- Tables of the Harmonized System that were imported; the one imported last answers.
CREATE TABLE hs_table (
    digest         TEXT   NOT NULL,
    edition        TEXT   NOT NULL,
    body           BYTEA  NOT NULL,
    imported_at_us BIGINT NOT NULL,
    imported_by    TEXT   NOT NULL,
    PRIMARY KEY (digest, edition)
);
