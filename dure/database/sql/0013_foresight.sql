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
