-- A guardian may also hold a card that the minor has blocked: the card was blocked before, and stays
-- blocked when the guardian lets go of it.
ALTER TABLE guardian_block ADD COLUMN was_blocked boolean NOT NULL DEFAULT false;
