-- Who was erased a moment ago: gateways may still tell what they served them.
CREATE TABLE erased (
    principal    TEXT   PRIMARY KEY,
    erased_at_us BIGINT NOT NULL
);
