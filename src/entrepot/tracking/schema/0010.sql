-- Trips end by the clock now. What is under way since before looks at once, and ends if nothing came for long.
UPDATE latest SET due_at_us = 0 WHERE motion = 'moving';
