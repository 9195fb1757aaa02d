-- What the entry said when somebody decided about it, sealed; nobody kept that of older decisions.
ALTER TABLE screening_decision ADD COLUMN sealed_entry BYTEA;
