-- Long work that officials ask for, and what analyses gave.

-- What analyses gave, named by the hash of their text: it is evidence, and never changes.
CREATE TABLE foresight_result (
  sha256       text   NOT NULL,
  kind         text   NOT NULL,
  result       text   NOT NULL,
  kept_at_us   bigint NOT NULL,
  CONSTRAINT a_result_is_kept_once PRIMARY KEY (sha256),
  CONSTRAINT a_result_is_what_its_hash_says CHECK (sha256 = encode(sha256(convert_to(result, 'UTF8')), 'hex'))
);
CREATE TRIGGER results_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON foresight_result
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Note [Lease of a work]
-- A work that runs is leased to whoever took it: `taken_by` names the taking, not the process alone, so
-- that one who comes back late writes nothing. The lease is the machine's time and is renewed; once it
-- has run out the work may be taken again, as often as the analyst allows.
-- `at_us` are the city's time, `timestamptz` the machine's. basis_*: what of the city the work was about
-- when it was taken: the last step of the rulebook's log, the number of decisions about money.
CREATE TABLE foresight_work (
  work_id       bigint GENERATED ALWAYS AS IDENTITY,
  kind          text        NOT NULL,
  asked         text        NOT NULL,
  asked_sha256  text        NOT NULL,
  asked_by      text        NOT NULL,
  asked_at_us   bigint      NOT NULL,
  asked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  state         text        NOT NULL DEFAULT 'waiting',
  progress      integer     NOT NULL DEFAULT 0,
  stage_ko      text        NOT NULL DEFAULT '',
  stage_en      text        NOT NULL DEFAULT '',
  error_ko      text        NOT NULL DEFAULT '',
  error_en      text        NOT NULL DEFAULT '',
  cancelled_by  text,
  taken_by      text,
  lease_until   timestamptz,
  attempts      integer     NOT NULL DEFAULT 0,
  started_at_us bigint,
  basis_entry   integer     NOT NULL DEFAULT 0,
  basis_rules   integer     NOT NULL DEFAULT 0,
  basis_money   bigint      NOT NULL DEFAULT 0,
  result_sha256 text        REFERENCES foresight_result,
  finished_at_us bigint,
  finished_at   timestamptz,
  CONSTRAINT works_are_numbered PRIMARY KEY (work_id),
  CONSTRAINT a_kind_of_work_has_a_name CHECK (kind ~ '^[a-z][a-z_]*$'),
  CONSTRAINT work_is_asked_for_by_somebody CHECK (asked_by <> ''),
  CONSTRAINT what_is_asked_is_what_its_hash_says
    CHECK (asked_sha256 = encode(sha256(convert_to(asked, 'UTF8')), 'hex')),
  CONSTRAINT work_waits_runs_or_is_over
    CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  CONSTRAINT progress_counts_to_ten_thousand CHECK (progress BETWEEN 0 AND 10000),
  CONSTRAINT work_that_runs_is_leased_and_no_other
    CHECK ((state = 'running') = (taken_by IS NOT NULL) AND (state = 'running') = (lease_until IS NOT NULL)),
  CONSTRAINT work_that_is_done_has_a_result_and_no_other CHECK ((state = 'done') = (result_sha256 IS NOT NULL)),
  CONSTRAINT work_that_failed_says_why_in_both_languages
    CHECK ((state = 'failed') = (error_ko <> '') AND (state = 'failed') = (error_en <> '')),
  CONSTRAINT work_that_is_over_says_when
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at_us IS NOT NULL)),
  CONSTRAINT work_that_was_cancelled_says_by_whom CHECK (state <> 'cancelled' OR cancelled_by IS NOT NULL)
);
CREATE UNIQUE INDEX the_same_work_is_on_the_list_once ON foresight_work (kind, asked_sha256)
  WHERE state IN ('waiting', 'running') AND cancelled_by IS NULL;
CREATE INDEX foresight_work_to_do ON foresight_work (work_id) WHERE state IN ('waiting', 'running');
CREATE INDEX foresight_work_done ON foresight_work (kind, asked_sha256, work_id DESC) WHERE state = 'done';

-- Published figures of a city that starts without a history of its own, whole as they were handed in:
-- what of them was known at a date is decided when they are read. They hold in the proportion
-- members / of_members (a demonstration is smaller than the city it stands for). The latest import holds.
CREATE TABLE foresight_import (
  import_id   bigint GENERATED ALWAYS AS IDENTITY,
  source      text    NOT NULL,
  members     bigint  NOT NULL,
  of_members  bigint  NOT NULL,
  until_day   date    NOT NULL,
  imported_by text    NOT NULL,
  imported_at_us bigint NOT NULL,
  CONSTRAINT imports_are_numbered PRIMARY KEY (import_id),
  CONSTRAINT an_import_says_where_it_comes_from_and_who_brought_it CHECK (source <> '' AND imported_by <> ''),
  CONSTRAINT figures_hold_in_a_proportion CHECK (members > 0 AND of_members > 0)
);
CREATE TABLE foresight_import_file (
  import_id bigint NOT NULL REFERENCES foresight_import,
  name      text   NOT NULL,
  sha256    text   NOT NULL,
  content   text   NOT NULL,
  CONSTRAINT an_import_has_a_file_once PRIMARY KEY (import_id, name),
  CONSTRAINT a_file_is_what_its_hash_says CHECK (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex'))
);
-- What is wrong or doubtful in the figures; row 0 where it is about a whole file.
CREATE TABLE foresight_import_fault (
  import_id bigint  NOT NULL REFERENCES foresight_import,
  place     integer NOT NULL,
  file      text    NOT NULL,
  file_row  integer NOT NULL,
  korean    text    NOT NULL,
  english   text    NOT NULL,
  CONSTRAINT faults_stand_in_an_order PRIMARY KEY (import_id, place),
  CONSTRAINT a_fault_is_told_in_both_languages CHECK (korean <> '' AND english <> '')
);
CREATE TRIGGER imports_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON foresight_import
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER imported_files_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON foresight_import_file
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A line whose money will or may end before its planned last day. One alarm of a line is open at a time;
-- a graver one, or none, ends it. The sentences are those of the last forecast that confirmed it.
CREATE TABLE foresight_alarm (
  alarm_id  bigint GENERATED ALWAYS AS IDENTITY,
  line_id   integer NOT NULL REFERENCES budget_line,
  code      text    NOT NULL,
  since_us  bigint  NOT NULL,
  told_us   bigint  NOT NULL,
  ended_us  bigint,
  work_id   bigint  NOT NULL REFERENCES foresight_work,
  korean    text    NOT NULL,
  english   text    NOT NULL,
  seen_by   text,
  seen_us   bigint,
  CONSTRAINT alarms_are_numbered PRIMARY KEY (alarm_id),
  CONSTRAINT an_alarm_says_that_money_ends_or_may_end CHECK (code IN ('ends_early', 'may_end_early')),
  CONSTRAINT an_alarm_is_told_in_both_languages CHECK (korean <> '' AND english <> ''),
  CONSTRAINT an_alarm_ends_after_it_began CHECK (ended_us >= since_us),
  CONSTRAINT an_alarm_that_was_seen_says_by_whom CHECK ((seen_by IS NULL) = (seen_us IS NULL))
);
CREATE UNIQUE INDEX a_line_has_one_alarm_at_a_time ON foresight_alarm (line_id) WHERE ended_us IS NULL;
