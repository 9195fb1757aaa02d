-- Exchange rates that the operator loaded, by source: `per` of `base` are `value` of `quote`, on these days.
CREATE TABLE exchange_rate (
    source TEXT NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    per DOUBLE PRECISION NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (source, base, quote, since)
);
CREATE INDEX exchange_rate_by_day ON exchange_rate (since, until);
