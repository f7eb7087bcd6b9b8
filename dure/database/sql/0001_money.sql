-- The money tables. Rows of `journal` are only ever added; `wallet`, `budget_slice` and the other
-- state tables are what the journal adds up to, kept beside it so that one row answers a question.
-- Every hot key begins with the virtual shard; nothing here joins or locks across shards.

-- Note [Legs as arrays]
-- One movement is one row. Its legs are two arrays of one length: accounts[i] gets amounts[i],
-- debit positive, credit negative. The view `entry` shows them as a ledger's rows. A leg holds up to
-- 2,147,483,647 won; a larger amount stands in several legs of one account. Four bytes instead of
-- eight, and columns that are mostly empty left NULL, keep a payment's row below 250 bytes.
--
-- Note [One array in the row]
-- An array has a head of 20 bytes, and every byte of a row is written to the log once for every
-- payment. So the row keeps its accounts, its amounts and its incentive one after another in one
-- array, `figures`: `leg_count` accounts, as many amounts, then four numbers for each line of the
-- incentive. Whoever reads asks the view `journal`, which cuts them apart again; only what writes
-- knows the table `movement`.
CREATE FUNCTION sums_to_zero(amounts integer[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE amount integer; total bigint := 0;
BEGIN
  FOREACH amount IN ARRAY amounts LOOP total := total + amount; END LOOP;
  RETURN total = 0;
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- Autovacuum would come in the middle of a rush; the worker sweeps these tables at night instead.
-- movement_id is the instant of recording in microseconds since 1970 UTC, made unique in its shard.
-- previous_id is the member's movement before this one: the member's history is this chain.
CREATE TABLE movement (
  shard          smallint NOT NULL,
  kind           smallint NOT NULL,
  reason         smallint NOT NULL DEFAULT 0,
  channel        smallint NOT NULL DEFAULT 0,
  movement_id    bigint   NOT NULL,
  occurred_at_us bigint   NOT NULL,
  member_id      bigint,
  previous_id    bigint,
  original_id    bigint,
  card_id        bigint,
  amount_won     bigint   NOT NULL DEFAULT 0,
  usage_before_won integer NOT NULL DEFAULT 0,
  usage_won      integer   NOT NULL DEFAULT 0,
  charged_after_won  integer NOT NULL DEFAULT 0,
  cashback_after_won integer NOT NULL DEFAULT 0,
  allowance_after_won integer,
  shop_id        integer,
  usage_month    integer  NOT NULL DEFAULT 0,
  discount_won   integer,
  leg_count      integer  NOT NULL DEFAULT 0,
  request_key    bytea    NOT NULL,
  figures        integer[] NOT NULL DEFAULT '{}',
  CONSTRAINT a_movement_has_its_own_id_in_its_shard PRIMARY KEY (shard, movement_id),
  CONSTRAINT the_same_request_twice_has_one_effect UNIQUE (shard, request_key),
  CONSTRAINT a_movement_sums_to_zero CHECK (sums_to_zero(figures[leg_count + 1 : 2 * leg_count])),
  CONSTRAINT every_leg_has_an_account_and_an_amount
    CHECK (leg_count >= 0 AND cardinality(figures) >= 2 * leg_count),
  CONSTRAINT every_line_of_an_incentive_has_four_numbers
    CHECK ((cardinality(figures) - 2 * leg_count) % 4 = 0),
  CONSTRAINT a_refusal_moves_no_money CHECK (reason = 0 OR leg_count = 0),
  CONSTRAINT a_request_key_has_sixteen_bytes CHECK (octet_length(request_key) = 16),
  CONSTRAINT a_shard_is_one_of_sixty_four CHECK (shard BETWEEN 0 AND 63),
  CONSTRAINT a_members_movement_lies_in_the_members_shard CHECK (member_id IS NULL OR shard = member_id % 64)
) WITH (autovacuum_enabled = off);
CREATE TRIGGER the_journal_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON movement
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE VIEW journal AS
SELECT m.shard, m.kind, m.reason, m.channel, m.movement_id, m.occurred_at_us, m.member_id,
       m.previous_id, m.original_id, m.card_id, m.amount_won, m.usage_before_won, m.usage_won,
       m.charged_after_won, m.cashback_after_won, m.allowance_after_won, m.shop_id, m.usage_month,
       coalesce(m.discount_won, 0) AS discount_won, m.request_key,
       m.figures[: m.leg_count] AS accounts,
       m.figures[m.leg_count + 1 : 2 * m.leg_count] AS amounts,
       CASE WHEN cardinality(m.figures) > 2 * m.leg_count
            THEN m.figures[2 * m.leg_count + 1 :] END AS incentive
FROM movement m;

CREATE VIEW entry AS
SELECT j.shard, j.movement_id, j.kind, j.occurred_at_us, j.member_id, j.shop_id,
       leg.position, leg.account, leg.amount_won
FROM journal j,
     LATERAL unnest(j.accounts, j.amounts) WITH ORDINALITY AS leg(account, amount_won, position);

-- incentive is packed as (rule version, won, limit, won without limits) per line; of the limit the
-- lowest four bits say what limited, the others which variant of the rule held (`policy.lines`).
CREATE VIEW incentive_line AS
SELECT j.shard, j.movement_id, j.kind, j.member_id, j.shop_id, j.occurred_at_us,
       j.incentive[i] AS rule_version_id, j.incentive[i + 1] AS won,
       j.incentive[i + 2] & 15 AS limited_by, j.incentive[i + 2] >> 4 AS choice, j.incentive[i + 3] AS full_won
FROM journal j, LATERAL generate_series(1, cardinality(j.incentive), 4) AS i
WHERE j.incentive IS NOT NULL;

-- Note [Lots without updates]
-- Money is spent first in, first out, so a lot need not be written when it is drawn on:
-- charged_in_won counts all that ever came in, charged_in_won - charged_won all that went out,
-- and a lot that lies between in_from_won and in_until_won has left what lies above the latter.
-- Note [What changes stands last]
-- An update writes to the log what differs from the row before, from the first changed byte to the
-- last: so what every payment changes stands together at the end. Pages are packed to 90%; where
-- many wallets are loaded at once they are packed to 80% (`engine.opening`), so that a page is swept
-- of old versions once in many updates and not at every one.
-- joined_day is the day of joining as days since 1970-01-01, 0 where it is not known.
CREATE TABLE wallet (
  member_id        bigint   NOT NULL,
  shard            smallint NOT NULL,
  level            smallint NOT NULL,
  status           smallint NOT NULL DEFAULT 1,
  spend_cashback   boolean  NOT NULL DEFAULT true,
  district         integer  NOT NULL,
  birth_year       smallint NOT NULL,
  joined_day       smallint NOT NULL DEFAULT 0,
  month            integer  NOT NULL DEFAULT 0,
  month_charged_won integer NOT NULL DEFAULT 0,
  charged_in_won   integer  NOT NULL DEFAULT 0,
  allowance_won    integer  NOT NULL DEFAULT 0,
  held_won         integer  NOT NULL DEFAULT 0,
  claim_won        integer  NOT NULL DEFAULT 0,
  usage_won        integer  NOT NULL DEFAULT 0,
  cashback_in_won  integer  NOT NULL DEFAULT 0,
  cashback_won     integer  NOT NULL DEFAULT 0,
  charged_won      integer  NOT NULL DEFAULT 0,
  last_id          bigint   NOT NULL DEFAULT 0,
  counters         jsonb,
  CONSTRAINT a_member_has_one_wallet PRIMARY KEY (shard, member_id),
  CONSTRAINT a_wallet_lies_in_its_members_shard CHECK (shard = member_id % 64),
  CONSTRAINT charged_money_is_never_negative CHECK (charged_won >= 0),
  CONSTRAINT cashback_is_never_negative CHECK (cashback_won >= 0),
  CONSTRAINT an_allowance_is_never_negative CHECK (allowance_won >= 0),
  CONSTRAINT a_claim_is_never_negative CHECK (claim_won >= 0),
  CONSTRAINT no_more_is_held_than_is_there CHECK (held_won BETWEEN 0 AND charged_won),
  CONSTRAINT net_payments_of_a_month_are_never_negative CHECK (usage_won >= 0),
  CONSTRAINT more_never_went_out_than_came_in CHECK (charged_in_won >= charged_won AND cashback_in_won >= cashback_won)
) WITH (fillfactor = 90, autovacuum_enabled = off);

CREATE TABLE lot (
  shard        smallint NOT NULL,
  member_id    bigint   NOT NULL,
  movement_id  bigint   NOT NULL,
  in_from_won  bigint   NOT NULL,
  in_until_won bigint   NOT NULL,
  expires_at_us bigint  NOT NULL,
  withdrawn_by bigint,
  CONSTRAINT a_charge_makes_one_lot PRIMARY KEY (shard, member_id, movement_id),
  CONSTRAINT a_lot_holds_something CHECK (in_until_won > in_from_won)
);
CREATE INDEX lot_by_expiry ON lot (expires_at_us) WHERE withdrawn_by IS NULL;

CREATE TABLE allowance_purse (
  shard        smallint NOT NULL,
  member_id    bigint   NOT NULL,
  programme_id integer  NOT NULL,
  left_won     bigint   NOT NULL,
  expires_at_us bigint  NOT NULL,
  CONSTRAINT a_member_has_one_purse_for_a_programme PRIMARY KEY (shard, member_id, programme_id),
  CONSTRAINT an_allowance_purse_is_never_negative CHECK (left_won >= 0)
);

CREATE TABLE allowance_programme (
  programme_id integer PRIMARY KEY,
  code         text NOT NULL UNIQUE,
  name_ko      text NOT NULL,
  name_en      text NOT NULL,
  line_id      integer NOT NULL,
  districts    integer[] NOT NULL DEFAULT '{}',
  sectors      text[] NOT NULL DEFAULT '{}',
  CONSTRAINT a_programme_has_a_number_between_1_and_999999 CHECK (programme_id BETWEEN 1 AND 999999)
);

-- The months before the wallet's current one: net payments for brackets, and what cashback had come in.
CREATE TABLE month_usage (
  shard           smallint NOT NULL,
  month           integer  NOT NULL,
  member_id       bigint   NOT NULL,
  usage_won       bigint   NOT NULL,
  cashback_in_won bigint   NOT NULL,
  counters        jsonb,
  CONSTRAINT a_member_has_one_usage_for_a_month PRIMARY KEY (shard, member_id, month),
  CONSTRAINT net_payments_of_a_past_month_are_never_negative CHECK (usage_won >= 0)
);

CREATE TABLE hold (
  shard         smallint NOT NULL,
  movement_id   bigint   NOT NULL,
  member_id     bigint   NOT NULL,
  shop_id       integer  NOT NULL,
  held_won      bigint   NOT NULL,
  state         smallint NOT NULL DEFAULT 1,
  expires_at_us bigint   NOT NULL,
  ended_by      bigint,
  CONSTRAINT a_hold_is_made_by_one_movement PRIMARY KEY (shard, movement_id),
  CONSTRAINT a_hold_holds_something CHECK (held_won > 0),
  CONSTRAINT a_hold_is_open_captured_released_or_expired CHECK (state BETWEEN 1 AND 4),
  CONSTRAINT a_hold_that_ended_says_by_what CHECK ((state = 1) = (ended_by IS NULL))
);
CREATE INDEX hold_open_by_member ON hold (shard, member_id) WHERE state = 1;
CREATE INDEX hold_open_by_expiry ON hold (expires_at_us) WHERE state = 1;

-- What has been given back of a payment, by all its cancellations together.
CREATE TABLE cancellation (
  shard         smallint NOT NULL,
  original_id   bigint   NOT NULL,
  member_id     bigint   NOT NULL,
  cancelled_won bigint   NOT NULL,
  times         integer  NOT NULL,
  CONSTRAINT a_payment_has_one_sum_of_cancellations PRIMARY KEY (shard, original_id),
  CONSTRAINT no_less_than_nothing_is_given_back CHECK (cancelled_won >= 0 AND times > 0)
);

-- card.shard is the shard of the token, not of the member: the network knows only the card.
CREATE TABLE card (
  shard        smallint NOT NULL,
  kind         smallint NOT NULL,
  status       smallint NOT NULL,
  pin_failures smallint NOT NULL DEFAULT 0,
  expires_yymm integer  NOT NULL,
  atc          integer  NOT NULL DEFAULT -1,
  card_id      bigint   NOT NULL,
  member_id    bigint   NOT NULL,
  token        bytea    NOT NULL,
  masked_pan   text     NOT NULL,
  pvv          text,
  issued_at_us bigint   NOT NULL,
  replaces_card_id bigint,
  CONSTRAINT a_card_has_one_token PRIMARY KEY (shard, token),
  CONSTRAINT a_token_has_sixteen_bytes CHECK (octet_length(token) = 16),
  CONSTRAINT a_card_lies_in_the_shard_of_its_token CHECK (shard = get_byte(token, 0) % 64),
  CONSTRAINT a_masked_number_shows_at_most_ten_digits CHECK (masked_pan ~ '^[0-9]{6}[*]{4,9}[0-9]{4}$'),
  CONSTRAINT a_card_is_issued_active_blocked_or_closed CHECK (status BETWEEN 1 AND 6),
  CONSTRAINT a_card_is_physical_or_virtual CHECK (kind BETWEEN 1 AND 2)
) WITH (fillfactor = 85);
CREATE INDEX card_by_member ON card (member_id);

-- Note [Slices of a line]
-- A budget line is leased to engines in slices; a slice lies on the first shard its engine owns.
-- Spent never passes leased, leased never passes appropriated: so a line is never overspent.
-- What is given back of a payment lessens the slice of the engine that gives it back, though another
-- engine may have spent it: then a slice has spent less than nothing, and has that much more to
-- spend. Only the sum over the slices of a line is never negative.
-- Money that is not released yet (`unreleased_won`, a part of `appropriated_won`) is leased to nobody.
CREATE TABLE budget_line (
  line_id     integer PRIMARY KEY,
  code        text NOT NULL UNIQUE,
  name_ko     text NOT NULL,
  name_en     text NOT NULL,
  payer       text NOT NULL,
  district    integer,
  fiscal_year integer NOT NULL,
  appropriated_won bigint NOT NULL DEFAULT 0,
  leased_won  bigint NOT NULL DEFAULT 0,
  unreleased_won bigint NOT NULL DEFAULT 0,
  CONSTRAINT a_line_has_a_number_between_1_and_999999 CHECK (line_id BETWEEN 1 AND 999999),
  CONSTRAINT a_line_is_paid_by_state_city_or_district CHECK (payer IN ('state', 'city', 'district')),
  CONSTRAINT a_district_line_names_its_district CHECK ((payer = 'district') = (district IS NOT NULL)),
  CONSTRAINT no_less_than_nothing_is_unreleased CHECK (unreleased_won >= 0),
  CONSTRAINT no_more_is_leased_than_released
    CHECK (leased_won BETWEEN 0 AND appropriated_won - unreleased_won)
);

CREATE TABLE budget_slice (
  shard      smallint NOT NULL,
  line_id    integer  NOT NULL REFERENCES budget_line,
  leased_won bigint   NOT NULL,
  spent_won  bigint   NOT NULL DEFAULT 0,
  CONSTRAINT a_line_has_one_slice_for_an_engine PRIMARY KEY (shard, line_id),
  CONSTRAINT a_line_is_never_overspent CHECK (spent_won <= leased_won)
) WITH (fillfactor = 10);

-- Published rule documents; a version never changes.
CREATE TABLE rule_version (
  rule_version_id integer PRIMARY KEY,
  rule            text NOT NULL,
  version         integer NOT NULL,
  document        text NOT NULL,
  sha256          text NOT NULL,
  published_at_us bigint NOT NULL,
  CONSTRAINT a_rule_has_a_version_once UNIQUE (rule, version),
  CONSTRAINT a_version_is_what_its_hash_says CHECK (sha256 = encode(sha256(convert_to(document, 'UTF8')), 'hex'))
);
CREATE TRIGGER a_published_version_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Limits by verified level, dated; the row with the latest start before an instant holds.
CREATE TABLE wallet_limit (
  level                smallint NOT NULL,
  from_us              bigint   NOT NULL,
  holding_won_max      bigint   NOT NULL,
  charge_won_month_max bigint   NOT NULL,
  payment_won_max      bigint   NOT NULL,
  source               text     NOT NULL,
  CONSTRAINT a_level_has_one_limit_from_an_instant PRIMARY KEY (level, from_us)
);

-- A rule with a sum of its own ("until 1.8 billion won is used"): engines lease the sum in slices as they
-- lease a line, and for the same reason; what was given back may make a slice less than nothing too.
CREATE TABLE rule_sum (
  rule_version_id integer PRIMARY KEY REFERENCES rule_version,
  sum_won    bigint NOT NULL,
  leased_won bigint NOT NULL DEFAULT 0,
  CONSTRAINT no_more_of_a_sum_is_leased_than_there_is CHECK (leased_won BETWEEN 0 AND sum_won)
);

CREATE TABLE rule_use (
  shard    smallint NOT NULL,
  rule_version_id integer NOT NULL REFERENCES rule_sum,
  leased_won bigint NOT NULL DEFAULT 0,
  used_won bigint   NOT NULL DEFAULT 0,
  CONSTRAINT a_rule_has_one_sum_for_an_engine PRIMARY KEY (shard, rule_version_id),
  CONSTRAINT a_rule_never_passes_its_sum CHECK (used_won <= leased_won)
) WITH (fillfactor = 10);

CREATE TABLE engine_term (
  term        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shard_from  smallint NOT NULL,
  shard_until smallint NOT NULL,
  started_at  timestamptz NOT NULL DEFAULT now(),
  pid         integer NOT NULL
);

-- The city's clock, when a demonstration runs faster than the world or in another year.
CREATE TABLE city_clock (
  one           boolean PRIMARY KEY DEFAULT true,
  anchor_us     bigint  NOT NULL,
  started_at_us bigint  NOT NULL,
  speed         integer NOT NULL,
  CONSTRAINT there_is_one_clock CHECK (one),
  CONSTRAINT a_clock_runs_forward CHECK (speed > 0)
);

CREATE FUNCTION tell_engines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('dure_changed', TG_TABLE_NAME);
  RETURN NULL;
END $$;
-- An engine that shares its lines with others looks at what they hold when money has come to a line;
-- it need not read its rules for that.
CREATE FUNCTION tell_engines_of_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('dure_changed', 'lines');
  RETURN NULL;
END $$;
CREATE TRIGGER engines_hear_of_rules AFTER INSERT ON rule_version
  FOR EACH STATEMENT EXECUTE FUNCTION tell_engines();
CREATE TRIGGER engines_hear_of_limits AFTER INSERT OR UPDATE OR DELETE ON wallet_limit
  FOR EACH STATEMENT EXECUTE FUNCTION tell_engines();
CREATE TRIGGER engines_hear_of_programmes AFTER INSERT OR UPDATE OR DELETE ON allowance_programme
  FOR EACH STATEMENT EXECUTE FUNCTION tell_engines();
CREATE TRIGGER engines_hear_of_lines AFTER INSERT ON budget_line
  FOR EACH STATEMENT EXECUTE FUNCTION tell_engines();
CREATE TRIGGER engines_hear_of_appropriations AFTER UPDATE OF appropriated_won, unreleased_won ON budget_line
  FOR EACH STATEMENT EXECUTE FUNCTION tell_engines_of_lines();
CREATE TRIGGER engines_hear_of_the_clock AFTER INSERT OR UPDATE OR DELETE ON city_clock
  FOR EACH STATEMENT EXECUTE FUNCTION tell_engines();
