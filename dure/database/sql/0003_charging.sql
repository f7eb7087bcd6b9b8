-- Money between members' bank accounts and their wallets, one-time QR tokens, orders of cards, and
-- the limits by verified level. The wallet itself is only ever changed by the engine.

-- A bank account is known by the consent number that the bank gave for it (in Korea's open banking
-- the fintech_use_num), never by its own number.
CREATE TABLE linked_account (
  account_ref    text   NOT NULL,
  member_id      bigint NOT NULL,
  bank_name      text   NOT NULL,
  masked_number  text   NOT NULL,
  linked_at_us   bigint NOT NULL,
  unlinked_at_us bigint,
  CONSTRAINT an_account_is_linked_once PRIMARY KEY (account_ref),
  CONSTRAINT a_consent_number_has_letters_and_digits CHECK (account_ref ~ '^[0-9A-Za-z]{8,40}$'),
  CONSTRAINT an_account_number_is_masked CHECK (masked_number ~ '[*]{3}')
);
CREATE INDEX linked_account_by_member ON linked_account (member_id) WHERE unlinked_at_us IS NULL;

-- Note [States of a bank transfer]
-- purpose: 1 top-up, 2 withdrawal, 3 return of a top-up that the engine put in suspense.
--   top-up:     requested(1) → sent(3) ⇄ unknown(4) → confirmed(5) → booked(7), or → returned(8) with
--               a transfer of purpose 3 beside it; sent, unknown → failed(6).
--   withdrawal: requested(1) → taken(2) from the purse, or refused(9); taken → sent ⇄ unknown →
--               confirmed → booked(7), or failed(6) → returned(8) to the purse.
--   return:     requested → sent ⇄ unknown → confirmed → booked, or failed (an official decides).
-- Each step is one short transaction; between two steps stands one call, to the bank or the engine,
-- which carries the same key however often it is made. So a kill at any step is a repeat, not a loss.
CREATE TABLE bank_transfer (
  transfer_id  bigint GENERATED ALWAYS AS IDENTITY,
  member_id    bigint   NOT NULL,
  amount_won   bigint   NOT NULL,
  purpose      smallint NOT NULL,
  state        smallint NOT NULL DEFAULT 1,
  reason       smallint NOT NULL DEFAULT 0,
  tries        integer  NOT NULL DEFAULT 0,
  automatic    boolean  NOT NULL DEFAULT false,
  in_suspense  boolean  NOT NULL DEFAULT false,
  used_share_bp_min integer NOT NULL DEFAULT 0,
  account_ref  text     NOT NULL,
  request_key  bytea    NOT NULL,
  returns      bigint,
  movement_id  bigint,
  asked_at_us  bigint   NOT NULL,
  settled_at_us bigint,
  due_at       timestamptz NOT NULL DEFAULT now(),
  note         text     NOT NULL DEFAULT '',
  CONSTRAINT a_transfer_has_one_number PRIMARY KEY (transfer_id),
  CONSTRAINT the_same_transfer_asked_twice_is_one UNIQUE (request_key),
  CONSTRAINT a_transfer_is_of_a_linked_account FOREIGN KEY (account_ref) REFERENCES linked_account,
  CONSTRAINT a_top_up_is_returned_once UNIQUE (returns),
  CONSTRAINT a_return_returns_a_transfer FOREIGN KEY (returns) REFERENCES bank_transfer,
  CONSTRAINT only_a_return_returns CHECK ((purpose = 3) = (returns IS NOT NULL)),
  CONSTRAINT a_transfer_moves_something CHECK (amount_won > 0 OR (purpose = 2 AND amount_won = 0)),
  CONSTRAINT a_transfer_key_has_sixteen_bytes CHECK (octet_length(request_key) = 16),
  CONSTRAINT a_purpose_is_top_up_withdrawal_or_return CHECK (purpose BETWEEN 1 AND 3),
  CONSTRAINT a_transfer_state_is_one_of_nine CHECK (state BETWEEN 1 AND 9)
);
CREATE INDEX bank_transfer_open ON bank_transfer (due_at)
  WHERE state < 6 OR (state = 6 AND purpose = 2);
CREATE INDEX bank_transfer_by_member ON bank_transfer (member_id, transfer_id);
CREATE UNIQUE INDEX a_member_has_one_automatic_top_up_under_way ON bank_transfer (member_id)
  WHERE automatic AND state < 6;

CREATE FUNCTION keep_transfer_on_its_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.member_id, OLD.purpose, OLD.account_ref, OLD.request_key, OLD.asked_at_us, OLD.returns)
     IS DISTINCT FROM
     (NEW.member_id, NEW.purpose, NEW.account_ref, NEW.request_key, NEW.asked_at_us, NEW.returns)
     OR (OLD.amount_won <> NEW.amount_won AND NOT (OLD.purpose = 2 AND OLD.state = 1)) THEN
    RAISE EXCEPTION 'what transfer % is about does not change', OLD.transfer_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.state <> NEW.state AND NOT (CASE OLD.state
      WHEN 1 THEN (NEW.state = 3 AND OLD.purpose <> 2) OR (NEW.state IN (2, 9) AND OLD.purpose = 2)
      WHEN 2 THEN NEW.state = 3
      WHEN 3 THEN NEW.state IN (4, 5, 6)
      WHEN 4 THEN NEW.state IN (5, 6)
      WHEN 5 THEN NEW.state = 7 OR (NEW.state = 8 AND OLD.purpose = 1)
      WHEN 6 THEN NEW.state = 8 AND OLD.purpose = 2
      ELSE false END) THEN
    RAISE EXCEPTION 'transfer % does not go from state % to %', OLD.transfer_id, OLD.state, NEW.state
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_transfer_goes_its_way BEFORE UPDATE ON bank_transfer
  FOR EACH ROW EXECUTE FUNCTION keep_transfer_on_its_way();

-- A top-up of amount_won as soon as the wallet's free charged money is below the threshold.
CREATE TABLE auto_charge (
  shard         smallint NOT NULL,
  member_id     bigint   NOT NULL,
  threshold_won bigint   NOT NULL,
  amount_won    bigint   NOT NULL,
  account_ref   text     NOT NULL,
  active        boolean  NOT NULL DEFAULT true,
  failures      integer  NOT NULL DEFAULT 0,
  times         bigint   NOT NULL DEFAULT 0,
  under_way     bigint,
  not_before_us bigint   NOT NULL DEFAULT 0,
  CONSTRAINT a_member_has_one_automatic_charge PRIMARY KEY (shard, member_id),
  CONSTRAINT an_automatic_charge_lies_in_its_members_shard CHECK (shard = member_id % 64),
  CONSTRAINT an_automatic_charge_is_of_a_linked_account FOREIGN KEY (account_ref) REFERENCES linked_account,
  CONSTRAINT an_automatic_charge_adds_something CHECK (amount_won > 0 AND threshold_won > 0)
);

-- What a member's telephone shows at the till: good once, for a minute or three. The token itself is
-- not kept, so a copy of the database pays for nothing.
CREATE TABLE qr_token (
  token_sha256  bytea  NOT NULL,
  member_id     bigint NOT NULL,
  issued_at_us  bigint NOT NULL,
  expires_at_us bigint NOT NULL,
  used_by       bytea,
  used_at_us    bigint,
  CONSTRAINT a_token_is_issued_once PRIMARY KEY (token_sha256),
  CONSTRAINT a_token_is_kept_as_its_hash CHECK (octet_length(token_sha256) = 32),
  CONSTRAINT a_token_is_good_for_one_to_three_minutes
    CHECK (expires_at_us - issued_at_us BETWEEN 60000000 AND 180000000),
  CONSTRAINT a_used_token_says_by_which_request CHECK ((used_by IS NULL) = (used_at_us IS NULL))
);
CREATE INDEX qr_token_by_expiry ON qr_token (expires_at_us);

-- A card is ordered before its number is drawn, so that the same order twice makes one card.
CREATE TABLE card_order (
  card_id       bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 1000000001),
  member_id     bigint   NOT NULL,
  kind          smallint NOT NULL,
  tries         integer  NOT NULL DEFAULT 0,
  request_key   bytea    NOT NULL,
  ordered_at_us bigint   NOT NULL,
  CONSTRAINT an_order_makes_one_card PRIMARY KEY (card_id),
  CONSTRAINT the_same_order_twice_is_one UNIQUE (request_key),
  CONSTRAINT an_order_key_has_sixteen_bytes CHECK (octet_length(request_key) = 16),
  CONSTRAINT an_ordered_card_is_physical_or_virtual CHECK (kind BETWEEN 1 AND 2)
);

-- Levels: 1 unnamed, 2 named (identity checked), 3 named and residence checked. A trillion is "no limit".
-- Incheon had no monthly limit on purchases in 2019; the ministry's guideline names 700,000 won a
-- month and 1.5 million held, and lets a city set its own: a later row does that.
INSERT INTO wallet_limit (level, from_us, holding_won_max, charge_won_month_max, payment_won_max, source) VALUES
  (1, 0, 500000, 1000000000000, 1000000000000,
   'Electronic Financial Transactions Act, decree: 500,000 won where the holder is not named'),
  (2, 0, 2000000, 1000000000000, 1000000000000,
   'Electronic Financial Transactions Act, decree: 2,000,000 won where the holder is named'),
  (3, 0, 2000000, 1000000000000, 1000000000000,
   'Electronic Financial Transactions Act, decree: 2,000,000 won where the holder is named'),
  (1, (extract(epoch FROM timestamptz '2023-05-31 00:00+09') * 1000000)::bigint, 500000, 500000, 1000000000000,
   'the ministry''s guideline on local currency of 2023, and the decree for unnamed holders; day assumed'),
  (2, (extract(epoch FROM timestamptz '2023-05-31 00:00+09') * 1000000)::bigint, 1500000, 700000, 1000000000000,
   'the ministry''s guideline on local currency of 2023; a city may set its own; day assumed'),
  (3, (extract(epoch FROM timestamptz '2023-05-31 00:00+09') * 1000000)::bigint, 1500000, 700000, 1000000000000,
   'the ministry''s guideline on local currency of 2023; a city may set its own; day assumed');

-- Note [The chain of a member]
-- A wallet names its last movement and each movement the member's one before it, so a history is
-- read by primary key alone and the journal needs no index by member.
CREATE FUNCTION member_history(of_member bigint, before_id bigint, row_count integer)
RETURNS SETOF journal LANGUAGE sql STABLE AS $$
  WITH RECURSIVE chain AS (
    SELECT j.*, 1 AS place FROM journal j
    WHERE j.shard = of_member % 64 AND j.movement_id = (
      CASE WHEN before_id IS NULL
        THEN (SELECT w.last_id FROM wallet w WHERE w.shard = of_member % 64 AND w.member_id = of_member)
        ELSE (SELECT b.previous_id FROM journal b
              WHERE b.shard = of_member % 64 AND b.movement_id = before_id AND b.member_id = of_member)
      END)
    UNION ALL
    SELECT j.*, chain.place + 1 FROM chain
    JOIN journal j ON j.shard = of_member % 64 AND j.movement_id = chain.previous_id
    WHERE chain.place < row_count
  )
  SELECT j.* FROM chain JOIN journal j ON j.shard = chain.shard AND j.movement_id = chain.movement_id
  ORDER BY chain.place
$$;

-- The balances as they stood at an instant (microseconds since 1970 UTC): those after the last
-- movement recorded up to then. No row when the wallet was not open yet.
CREATE FUNCTION balance_at(of_member bigint, at_us bigint)
RETURNS TABLE (charged_won bigint, cashback_won bigint, allowance_won bigint)
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE chain AS (
    SELECT j.movement_id, j.previous_id, j.charged_after_won, j.cashback_after_won, j.allowance_after_won
    FROM wallet w JOIN journal j ON j.shard = w.shard AND j.movement_id = w.last_id
    WHERE w.shard = of_member % 64 AND w.member_id = of_member
    UNION ALL
    SELECT j.movement_id, j.previous_id, j.charged_after_won, j.cashback_after_won, j.allowance_after_won
    FROM chain JOIN journal j ON j.shard = of_member % 64 AND j.movement_id = chain.previous_id
    WHERE chain.movement_id > at_us
  )
  SELECT charged_after_won, cashback_after_won, coalesce(allowance_after_won, 0)
  FROM chain WHERE movement_id <= at_us ORDER BY movement_id DESC LIMIT 1
$$;

-- The simulated bank keeps its own books, apart from ours, as a real one would.
CREATE SCHEMA bank_simulator;
CREATE TABLE bank_simulator.account (
  account_ref text   PRIMARY KEY,
  balance_won bigint NOT NULL,
  CONSTRAINT an_account_is_never_overdrawn CHECK (balance_won >= 0)
);
CREATE TABLE bank_simulator.ordered (
  reference   text     PRIMARY KEY,
  account_ref text     NOT NULL,
  amount_won  bigint   NOT NULL,
  done_at_us  bigint   NOT NULL,
  done        boolean  NOT NULL DEFAULT false,
  failed_why  text,
  times_heard integer  NOT NULL DEFAULT 1
);
CREATE TABLE bank_simulator.mishap (
  reference text     PRIMARY KEY,
  manner    smallint NOT NULL
);
-- How the bank behaves, for every process that speaks to it: shares of orders in basis points.
CREATE TABLE bank_simulator.manners (
  one            boolean PRIMARY KEY DEFAULT true,
  late_bp        integer NOT NULL DEFAULT 0,
  failed_bp      integer NOT NULL DEFAULT 0,
  duplicate_bp   integer NOT NULL DEFAULT 0,
  answer_lost_bp integer NOT NULL DEFAULT 0,
  order_lost_bp  integer NOT NULL DEFAULT 0,
  late_us        bigint  NOT NULL DEFAULT 30000000,
  CONSTRAINT there_is_one_bank CHECK (one),
  CONSTRAINT shares_are_of_the_whole CHECK (
    late_bp >= 0 AND failed_bp >= 0 AND duplicate_bp >= 0 AND answer_lost_bp >= 0 AND order_lost_bp >= 0
    AND late_bp + failed_bp + duplicate_bp + answer_lost_bp + order_lost_bp <= 10000)
);
INSERT INTO bank_simulator.manners DEFAULT VALUES;
INSERT INTO bank_simulator.account VALUES ('city', 0);
