-- Which revision a step was taken of, and under which Idempotency-Key; nobody kept that of older steps.
ALTER TABLE pack_step ADD COLUMN revision BIGINT;
ALTER TABLE pack_step ADD COLUMN idempotency_key TEXT NOT NULL DEFAULT '';
