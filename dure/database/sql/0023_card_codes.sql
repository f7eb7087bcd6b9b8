-- Wrong codes of three digits in a row, as pin_failures counts wrong PINs; 0 and null when there was
-- none since the last right one. The time is the city's, in microseconds.
ALTER TABLE card
  ADD COLUMN code_failures smallint NOT NULL DEFAULT 0,
  ADD COLUMN code_failed_at_us bigint NOT NULL DEFAULT 0;
