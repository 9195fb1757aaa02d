-- After the move of party_list, screening_key, screening, screening_decision.
-- Screening is a context of its own.
DROP TABLE party_list;
DROP TABLE screening_key;
DROP TABLE screening;
DROP TABLE screening_decision;
