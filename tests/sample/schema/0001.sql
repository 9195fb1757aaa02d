CREATE TABLE note (
    id           TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    title        TEXT NOT NULL,
    text         TEXT NOT NULL
);
CREATE INDEX note_by_organisation ON note (organisation, id);
