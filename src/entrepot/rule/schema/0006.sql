-- Answers are compressed when they are stored; nobody looks for those that are not.
DROP INDEX checked_unpacked;
