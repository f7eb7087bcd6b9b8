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

-- ---- Accounts of officials (dure/web/console/access) -----------------------------------------------

-- Which roles somebody holds is in the rulebook's log and nowhere else; here is only how one signs in.
-- The names and passwords are Django's (auth_user, username = the official's id).
CREATE TABLE console_account (
  official         text    NOT NULL,
  initial_password boolean NOT NULL,
  made_by          text    NOT NULL,
  made_at_us       bigint  NOT NULL,
  CONSTRAINT an_official_has_one_account PRIMARY KEY (official)
);

-- Who signed in, from where, and what was done to accounts. at_us is the machine's time, for a stolen
-- password is used in the world's time; by_official is the one who acted, '-' for a command.
CREATE TABLE console_event (
  event_id    bigint GENERATED ALWAYS AS IDENTITY,
  at_us       bigint NOT NULL,
  official    text   NOT NULL,
  kind        text   NOT NULL,
  by_official text   NOT NULL,
  address     text   NOT NULL,
  CONSTRAINT events_of_accounts_are_numbered PRIMARY KEY (event_id),
  CONSTRAINT an_event_of_an_account_is_of_a_known_kind CHECK (kind IN (
    'signed_in', 'signed_out', 'password_wrong', 'code_wrong', 'guessing_stopped', 'proved',
    'factor_made', 'recovery_codes_made', 'password_changed', 'session_ended',
    'account_made', 'password_reset', 'factor_reset', 'deactivated', 'activated'))
);
CREATE INDEX console_event_by_official ON console_event (official, event_id);
CREATE TRIGGER events_of_accounts_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON console_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The sessions that somebody has, so that one can be ended from another. session_key names a row of
-- django_session; a session that is over keeps its row here until it is swept.
CREATE TABLE console_session (
  session_id  bigint GENERATED ALWAYS AS IDENTITY,
  session_key text   NOT NULL,
  official    text   NOT NULL,
  address     text   NOT NULL,
  agent       text   NOT NULL,
  began_at_us bigint NOT NULL,
  seen_at_us  bigint NOT NULL,
  CONSTRAINT sessions_are_numbered PRIMARY KEY (session_id),
  CONSTRAINT a_session_is_listed_once UNIQUE (session_key)
);
CREATE INDEX console_session_by_official ON console_session (official);

-- Django's cache: how often was guessed and which codes were used, for all processes and restarts.
CREATE TABLE console_cache (
  cache_key varchar(255) NOT NULL,
  value     text         NOT NULL,
  expires   timestamptz  NOT NULL,
  CONSTRAINT a_cached_value_has_one_name PRIMARY KEY (cache_key)
);
CREATE INDEX console_cache_by_end ON console_cache (expires);
