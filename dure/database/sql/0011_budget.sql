-- The budget tree: where a line stands, who gave it money by which document, when it may be spent, what
-- was moved to another line with whose approval, and what is set aside for a purpose. What money each
-- of these moved stands in the journal, under the request key that the row names; so whether an
-- appropriation or a transfer was carried out, or refused by the engine, is asked of the journal.

-- Note [Levels of the tree]
-- State > city > district > programme > commitment, of one year each. A line lies below one of a higher
-- level, so that no line can lie below itself. The months of a line are its releases, not lines.
CREATE FUNCTION budget_level(role text, payer text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN role = 'commitment' THEN 5 WHEN role = 'programme' THEN 4
              WHEN payer = 'district' THEN 3 WHEN payer = 'city' THEN 2 ELSE 1 END
$$;

ALTER TABLE budget_line
  ADD COLUMN parent_id integer,
  ADD COLUMN role text NOT NULL DEFAULT 'source',
  ADD CONSTRAINT a_line_is_a_source_a_programme_or_a_commitment
    CHECK (role IN ('source', 'programme', 'commitment')),
  ADD CONSTRAINT a_commitment_lies_below_the_line_that_it_was_taken_from
    CHECK (role <> 'commitment' OR parent_id IS NOT NULL),
  ADD CONSTRAINT a_line_has_one_number_in_its_year UNIQUE (line_id, fiscal_year),
  ADD CONSTRAINT a_line_lies_below_a_line_of_its_year
    FOREIGN KEY (parent_id, fiscal_year) REFERENCES budget_line (line_id, fiscal_year);
CREATE INDEX budget_line_by_parent ON budget_line (parent_id);

CREATE FUNCTION check_budget_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parent budget_line%ROWTYPE;
BEGIN
  SELECT * INTO parent FROM budget_line WHERE line_id = NEW.parent_id;
  IF FOUND AND budget_level(parent.role, parent.payer) >= budget_level(NEW.role, NEW.payer) THEN
    RAISE EXCEPTION 'line % may not lie below line %', NEW.code, parent.code
      USING ERRCODE = 'check_violation', CONSTRAINT = 'a_line_lies_below_one_of_a_higher_level';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_line_lies_below_one_of_a_higher_level
  BEFORE INSERT OR UPDATE OF parent_id, role, payer ON budget_line
  FOR EACH ROW EXECUTE FUNCTION check_budget_parent();

-- Who may act for the budget is named here by a plain text; signing in comes with the offices' pages.
CREATE TABLE budget_appropriation (
  appropriation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id     integer NOT NULL REFERENCES budget_line,
  kind        text    NOT NULL,
  amount_won  bigint  NOT NULL,
  decided_on  date    NOT NULL,
  document_number text NOT NULL,
  document_title  text NOT NULL,
  source      text    NOT NULL DEFAULT '',
  official_id text    NOT NULL,
  recorded_at_us bigint NOT NULL,
  request_key bytea   NOT NULL,
  CONSTRAINT a_document_appropriates_the_same_once UNIQUE (request_key),
  CONSTRAINT an_appropriation_is_original_supplementary_reserve_or_a_reduction
    CHECK (kind IN ('original', 'supplementary', 'reserve', 'reduction')),
  CONSTRAINT a_reduction_takes_and_all_others_give CHECK ((kind = 'reduction') = (amount_won < 0)),
  CONSTRAINT an_appropriation_is_not_nothing CHECK (amount_won <> 0),
  CONSTRAINT an_appropriation_names_its_document_and_its_official
    CHECK (document_number <> '' AND document_title <> '' AND official_id <> '')
);
CREATE INDEX budget_appropriation_by_line ON budget_appropriation (line_id);

-- Note [Releases]
-- A line with releases may have spent by an instant no more than those whose time has come add up to;
-- what it was given beyond is held back until the next. A line without releases is released wholly.
CREATE TABLE budget_release (
  line_id     integer NOT NULL REFERENCES budget_line,
  on_us       bigint  NOT NULL,
  amount_won  bigint  NOT NULL,
  official_id text    NOT NULL,
  recorded_at_us bigint NOT NULL,
  CONSTRAINT a_line_is_released_once_at_an_instant PRIMARY KEY (line_id, on_us),
  CONSTRAINT a_release_gives_something CHECK (amount_won > 0)
);

CREATE TABLE budget_transfer (
  transfer_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  from_line_id integer NOT NULL REFERENCES budget_line,
  to_line_id   integer NOT NULL REFERENCES budget_line,
  amount_won   bigint  NOT NULL,
  reason       text    NOT NULL,
  request_key  bytea   NOT NULL UNIQUE,
  CONSTRAINT a_transfer_goes_to_another_line CHECK (from_line_id <> to_line_id),
  CONSTRAINT a_transfer_moves_something CHECK (amount_won > 0),
  CONSTRAINT a_transfer_says_why CHECK (reason <> '')
);

-- step: 1 asked, 2 approved, 3 approved by a second one, 9 refused.
CREATE TABLE budget_transfer_step (
  transfer_id bigint   NOT NULL REFERENCES budget_transfer,
  step        smallint NOT NULL,
  official_id text     NOT NULL,
  role        text     NOT NULL,
  district    integer,
  at_us       bigint   NOT NULL,
  note        text     NOT NULL DEFAULT '',
  CONSTRAINT a_step_of_a_transfer_is_taken_once PRIMARY KEY (transfer_id, step),
  CONSTRAINT a_step_is_asked_approved_twice_or_refused CHECK (step IN (1, 2, 3, 9)),
  CONSTRAINT a_step_names_its_official CHECK (official_id <> '')
);
CREATE UNIQUE INDEX a_transfer_is_asked_and_approved_by_three_people
  ON budget_transfer_step (transfer_id, official_id) WHERE step <= 3;

-- A transfer that was refused is not approved any more, and one that was approved twice not refused.
CREATE FUNCTION check_transfer_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last smallint;
BEGIN
  PERFORM FROM budget_transfer WHERE transfer_id = NEW.transfer_id FOR UPDATE;
  SELECT max(step) INTO last FROM budget_transfer_step WHERE transfer_id = NEW.transfer_id;
  IF (NEW.step <= 3 AND coalesce(last, 0) <> NEW.step - 1) OR (NEW.step = 9 AND last NOT IN (1, 2)) THEN
    RAISE EXCEPTION 'transfer % is at step %', NEW.transfer_id, last
      USING ERRCODE = 'check_violation', CONSTRAINT = 'the_steps_of_a_transfer_follow_each_other';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER the_steps_of_a_transfer_follow_each_other BEFORE INSERT ON budget_transfer_step
  FOR EACH ROW EXECUTE FUNCTION check_transfer_step();

-- Money set aside for the purpose of a commitment, or (negative) returned to the line it came from.
CREATE TABLE budget_commitment (
  commitment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id     integer NOT NULL REFERENCES budget_line,
  amount_won  bigint  NOT NULL,
  purpose     text    NOT NULL,
  official_id text    NOT NULL,
  recorded_at_us bigint NOT NULL,
  request_key bytea   NOT NULL UNIQUE,
  CONSTRAINT a_commitment_moves_something CHECK (amount_won <> 0),
  CONSTRAINT a_commitment_has_a_purpose CHECK (purpose <> '')
);
CREATE INDEX budget_commitment_by_line ON budget_commitment (line_id);

-- The shares in which payers declared to match each other on a line and all below it; the latest holds.
CREATE TABLE budget_matching (
  line_id     integer NOT NULL REFERENCES budget_line,
  from_us     bigint  NOT NULL,
  state_share integer NOT NULL,
  city_share  integer NOT NULL,
  district_share integer NOT NULL,
  document    text    NOT NULL,
  official_id text    NOT NULL,
  CONSTRAINT a_line_has_one_matching_from_an_instant PRIMARY KEY (line_id, from_us),
  CONSTRAINT shares_are_not_negative
    CHECK (state_share >= 0 AND city_share >= 0 AND district_share >= 0),
  CONSTRAINT at_least_two_match
    CHECK ((state_share > 0)::integer + (city_share > 0)::integer + (district_share > 0)::integer >= 2)
);

CREATE TRIGGER appropriations_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_appropriation
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER releases_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_release
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfers_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_transfer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER steps_of_transfers_are_only_added
  BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_transfer_step
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER commitments_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_commitment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER matchings_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_matching
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
