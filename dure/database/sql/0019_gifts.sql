-- Gifts between members and donations to funds of the city.

-- A lot that came as a gift is spent and never paid out: Note [Gifts] in authorization/gifts.py.
ALTER TABLE lot ADD COLUMN given boolean NOT NULL DEFAULT false;

-- Whether the member was told how a transfer ended.
ALTER TABLE bank_transfer ADD COLUMN told boolean NOT NULL DEFAULT false;
CREATE INDEX bank_transfer_untold ON bank_transfer (transfer_id) WHERE NOT told AND state > 5;

-- Note [A gift ends once]
-- A gift lies in the giver's shard under the number of the movement that sent it. Its taker may
-- belong to another engine, so its end is the one row that engines of two members share. Whoever
-- ends it locks it last in its batch, and the trigger refuses a second end: the engine that came
-- second forgets its batch, reads again and decides that the gift is over.
CREATE TABLE gift (
  shard     smallint NOT NULL,
  gift_id   bigint   NOT NULL,
  giver_id  bigint   NOT NULL,
  won       integer  NOT NULL,
  until_us  bigint   NOT NULL,
  state     smallint NOT NULL DEFAULT 1,
  ended_by  bigint,
  taker_id  bigint,
  CONSTRAINT a_gift_is_sent_by_one_movement PRIMARY KEY (shard, gift_id),
  CONSTRAINT a_gift_lies_in_its_givers_shard CHECK (shard = giver_id % 64),
  CONSTRAINT a_gift_holds_something CHECK (won > 0),
  CONSTRAINT a_gift_waits_or_is_taken_or_returned CHECK (state BETWEEN 1 AND 3),
  CONSTRAINT a_gift_that_ended_says_by_what_and_for_whom
    CHECK ((state = 1) = (ended_by IS NULL) AND (state = 1) = (taker_id IS NULL)),
  CONSTRAINT a_gift_returns_to_its_giver_and_is_taken_by_another
    CHECK (state = 1 OR (state = 3) = (taker_id = giver_id))
);
CREATE INDEX gift_waiting_by_giver ON gift (shard, giver_id) WHERE state = 1;
CREATE INDEX gift_waiting_by_time ON gift (until_us) WHERE state = 1;

CREATE FUNCTION keep_gift_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 1 OR NEW.state = 1 OR (OLD.shard, OLD.gift_id, OLD.giver_id, OLD.won, OLD.until_us)
     IS DISTINCT FROM (NEW.shard, NEW.gift_id, NEW.giver_id, NEW.won, NEW.until_us) THEN
    RAISE EXCEPTION 'gift % ends once, and nothing else of it changes', OLD.gift_id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_gift_ends_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_gift_ends_once BEFORE UPDATE ON gift
  FOR EACH ROW EXECUTE FUNCTION keep_gift_ended();
CREATE TRIGGER a_gift_is_never_forgotten BEFORE DELETE OR TRUNCATE ON gift
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What goes with a gift, and no engine needs: for whom, and the words. A letter is written before
-- the money is asked for, and `gift_id` comes when the engine has answered.
-- phone_index is the keyed hash by which a member is found; number and words are sealed.
CREATE TABLE gift_letter (
  letter_id     bigint GENERATED ALWAYS AS IDENTITY,
  request_key   bytea    NOT NULL,
  giver_id      bigint   NOT NULL,
  won           integer  NOT NULL,
  phone_index   bytea    NOT NULL,
  phone_sealed  bytea    NOT NULL,
  words_sealed  bytea    NOT NULL,
  written_at_us bigint   NOT NULL,
  until_us      bigint   NOT NULL,
  gift_id       bigint,
  refused       smallint NOT NULL DEFAULT 0,
  told          boolean  NOT NULL DEFAULT false,
  end_told      boolean  NOT NULL DEFAULT false,
  CONSTRAINT a_letter_has_one_number PRIMARY KEY (letter_id),
  CONSTRAINT the_same_letter_twice_is_one UNIQUE (request_key),
  CONSTRAINT a_letter_key_has_sixteen_bytes CHECK (octet_length(request_key) = 16),
  CONSTRAINT a_letter_goes_with_something CHECK (won > 0),
  CONSTRAINT a_letter_of_a_refused_gift_has_no_gift CHECK (refused = 0 OR gift_id IS NULL)
);
CREATE INDEX gift_letter_by_giver ON gift_letter (giver_id, letter_id);
CREATE INDEX gift_letter_by_phone ON gift_letter (phone_index, letter_id);
CREATE INDEX gift_letter_unfinished ON gift_letter (written_at_us) WHERE gift_id IS NULL AND refused = 0;
CREATE INDEX gift_letter_untold ON gift_letter (letter_id) WHERE NOT told AND gift_id IS NOT NULL;
CREATE INDEX gift_letter_end_untold ON gift_letter (letter_id) WHERE NOT end_told AND gift_id IS NOT NULL;

-- How much one gift may bring, and how many days it waits; the row with the latest from_us holds.
CREATE TABLE gift_limit (
  from_us    bigint  PRIMARY KEY,
  won_max    integer NOT NULL,
  waits_days integer NOT NULL,
  source     text    NOT NULL,
  CONSTRAINT a_gift_may_bring_something CHECK (won_max > 0),
  CONSTRAINT a_gift_waits_for_some_days CHECK (waits_days BETWEEN 1 AND 365)
);
INSERT INTO gift_limit VALUES (0, 500000, 3, '전자금융거래법 시행령: 무기명 한도');

-- Funds that the city has named; a fund closes and is never forgotten, for its donations stay.
CREATE TABLE donation_fund (
  fund_id   integer PRIMARY KEY,
  name_ko   text NOT NULL,
  name_en   text NOT NULL,
  about_ko  text NOT NULL,
  about_en  text NOT NULL,
  closed_at_us bigint,
  CONSTRAINT a_fund_has_a_number_between_1_and_99999 CHECK (fund_id BETWEEN 1 AND 99999)
);

CREATE TABLE donation (
  shard       smallint NOT NULL,
  movement_id bigint   NOT NULL,
  member_id   bigint   NOT NULL,
  fund_id     integer  NOT NULL REFERENCES donation_fund,
  won         integer  NOT NULL,
  cashback    boolean  NOT NULL,
  CONSTRAINT a_donation_is_made_by_one_movement PRIMARY KEY (shard, movement_id),
  CONSTRAINT a_donation_gives_something CHECK (won > 0),
  CONSTRAINT a_donation_lies_in_its_members_shard CHECK (shard = member_id % 64)
);
CREATE INDEX donation_by_member ON donation (member_id, movement_id);
CREATE TRIGGER a_donation_is_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON donation
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A fund is named, described and ended by two officers: one proposes, another decides.
-- fund_id 0 is a new fund; the decision gives it the next number.
CREATE TABLE fund_proposal (
  proposal_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_key    bytea   NOT NULL,
  fund_id        integer NOT NULL,
  ends           boolean NOT NULL,
  name_ko        text    NOT NULL,
  name_en        text    NOT NULL,
  about_ko       text    NOT NULL,
  about_en       text    NOT NULL,
  proposed_by    text    NOT NULL,
  proposed_at_us bigint  NOT NULL,
  decided_by     text,
  decided_at_us  bigint,
  accepted       boolean,
  CONSTRAINT the_same_proposal_twice_is_one UNIQUE (request_key),
  CONSTRAINT nobody_decides_a_proposal_of_his_own CHECK (decided_by <> proposed_by),
  CONSTRAINT a_decision_has_somebody_an_instant_and_an_outcome
    CHECK ((decided_by IS NULL) = (decided_at_us IS NULL) AND (decided_by IS NULL) = (accepted IS NULL)),
  CONSTRAINT an_end_is_of_a_fund_that_is_there CHECK (NOT ends OR fund_id > 0)
);
