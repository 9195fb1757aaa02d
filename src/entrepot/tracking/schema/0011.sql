-- A delivery: who sends it, and the stops on its way, in order; the last is the guest's.
ALTER TABLE share ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE share ADD COLUMN stops TEXT NOT NULL DEFAULT '[]';
