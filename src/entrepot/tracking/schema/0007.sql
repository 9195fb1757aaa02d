-- After the move of alert, subject.
-- What the engine said of each device and did not take back; `alert` tells people.
CREATE TABLE incident (
    id             TEXT   PRIMARY KEY,
    device_no      BIGINT NOT NULL,
    kind           TEXT   NOT NULL,
    occurred_at_us BIGINT NOT NULL,
    decided_us     BIGINT NOT NULL,
    geofence_id    TEXT   NOT NULL,
    geofence_name  TEXT   NOT NULL,
    latitude_e7    BIGINT,
    longitude_e7   BIGINT,
    value          DOUBLE PRECISION
);
INSERT INTO incident (id, device_no, kind, occurred_at_us, decided_us, geofence_id, geofence_name, latitude_e7,
    longitude_e7, value)
    SELECT id, device_no, kind, occurred_at_us, decided_us, geofence_id, geofence_name, latitude_e7,
    longitude_e7, value FROM alert WHERE withdrawn_at_us IS NULL;
DROP TABLE alert;
DROP TABLE subject;
CREATE INDEX incident_of_device ON incident (device_no, decided_us);
