-- The console of the city's officials.

-- ---- The rule workshop (dure/web/console/workshop/copies.py) ---------------------------------------

-- A version of a rule while officials write it, before it is handed in. `origin` says what it was made
-- of; what it became is in the rulebook's log. over_at_us: handed in, or given up.
CREATE TABLE rule_working_copy (
  copy_id       bigint  GENERATED ALWAYS AS IDENTITY,
  rule          text    NOT NULL,
  version       integer NOT NULL,
  scope         integer NOT NULL,
  origin        text    NOT NULL,
  started_by    text    NOT NULL,
  started_at_us bigint  NOT NULL,
  over_at_us    bigint,
  CONSTRAINT working_copies_are_numbered PRIMARY KEY (copy_id)
);
CREATE UNIQUE INDEX a_version_is_written_in_one_copy_at_a_time ON rule_working_copy (rule, version)
  WHERE over_at_us IS NULL;

-- Note [Saved by two]
-- Every text that was saved stays. A revision is saved on top of the one before, which the number says:
-- of two officials who save on top of the same one the second is refused by the key, reads what the
-- first has saved, and decides. Nothing of either is lost.
CREATE TABLE rule_working_text (
  copy_id     bigint  NOT NULL REFERENCES rule_working_copy,
  revision    integer NOT NULL,
  document    text    NOT NULL,
  saved_by    text    NOT NULL,
  saved_at_us bigint  NOT NULL,
  CONSTRAINT a_revision_is_saved_once PRIMARY KEY (copy_id, revision),
  CONSTRAINT revisions_count_from_one CHECK (revision >= 1),
  CONSTRAINT a_text_is_no_longer_than_a_document_may_be CHECK (char_length(document) <= 200001)
);
CREATE TRIGGER a_saved_text_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_working_text
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What an official has typed and not saved yet, so that it outlives a page, a session and a browser.
CREATE TABLE rule_unsaved_text (
  copy_id      bigint  NOT NULL REFERENCES rule_working_copy,
  official     text    NOT NULL,
  revision     integer NOT NULL,
  document     text    NOT NULL,
  typed_at_us  bigint  NOT NULL,
  CONSTRAINT an_official_types_one_text_at_a_time PRIMARY KEY (copy_id, official),
  CONSTRAINT what_is_typed_is_no_longer_than_a_document_may_be CHECK (char_length(document) <= 200001)
);
