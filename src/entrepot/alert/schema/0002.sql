-- What `alert.alerts_read` said already of a reader in a minute, so that a page
-- that follows the clock says it once.
CREATE TABLE alert_look (
    organisation TEXT   NOT NULL,
    reader       TEXT   NOT NULL,
    minute_us    BIGINT NOT NULL,
    begin_us     BIGINT NOT NULL,
    end_us       BIGINT NOT NULL,
    PRIMARY KEY (organisation, reader, minute_us)
);
CREATE INDEX alert_look_by_time ON alert_look (minute_us);
