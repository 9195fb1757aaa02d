-- Sums over a time are read from the index alone, without a look at each row: reports are of many devices.
CREATE INDEX segment_sums ON segment (device_no, started_at_us, kind, ended_at_us, distance_mm, max_speed_mps);
