-- Coupons: claimed by members, paid for in advance by budget lines, used at the till.

-- Note [Stock of coupons]
-- Claims are rare beside payments, so the stock is not leased in slices: every batch with claims
-- reads how many are issued, and adds its own in the transaction that makes the coupons. Engines that
-- share a city meet at the row of the rule; the one that comes second is refused by the constraint
-- below, reads again and decides again. So the stock is exact, to the last coupon, for any number of
-- engines. All versions of a rule draw on one stock; `stock` is that of the version claimed last.
CREATE TABLE coupon_stock (
  rule   text    NOT NULL,
  stock  integer NOT NULL,
  issued integer NOT NULL,
  CONSTRAINT a_rule_has_one_stock_of_coupons PRIMARY KEY (rule),
  CONSTRAINT never_more_coupons_are_issued_than_the_stock CHECK (issued BETWEEN 0 AND stock)
) WITH (fillfactor = 10);

-- coupon_id is the movement of the claim. place counts the member's coupons of the rule. worth_won
-- is the most that the coupon can give; reserved_won what of it stands on the account of reserved
-- coupons (the shop's share is not reserved). state: 1 open, 2 used, 3 lapsed; used_by is the payment.
CREATE TABLE coupon (
  shard           smallint NOT NULL,
  state           smallint NOT NULL DEFAULT 1,
  place           smallint NOT NULL,
  per_person      smallint NOT NULL,
  rule_version_id integer  NOT NULL,
  worth_won       integer  NOT NULL,
  reserved_won    integer  NOT NULL,
  coupon_id       bigint   NOT NULL,
  member_id       bigint   NOT NULL,
  from_us         bigint   NOT NULL,
  until_us        bigint   NOT NULL,
  used_by         bigint,
  rule            text     NOT NULL,
  CONSTRAINT a_claim_makes_one_coupon PRIMARY KEY (shard, coupon_id),
  CONSTRAINT a_member_has_each_coupon_of_a_rule_once UNIQUE (shard, member_id, rule, place),
  CONSTRAINT a_member_never_has_more_coupons_than_the_rule_gives CHECK (place BETWEEN 1 AND per_person),
  CONSTRAINT a_coupon_lies_in_its_members_shard CHECK (shard = member_id % 64),
  CONSTRAINT a_coupon_is_open_used_or_lapsed CHECK (state BETWEEN 1 AND 3),
  CONSTRAINT a_used_coupon_says_by_which_payment CHECK ((state = 2) = (used_by IS NOT NULL)),
  CONSTRAINT only_an_open_coupon_reserves_money CHECK (reserved_won >= 0 AND (state = 1 OR reserved_won = 0)),
  CONSTRAINT a_coupon_reserves_no_more_than_it_can_give CHECK (reserved_won <= worth_won),
  CONSTRAINT a_coupon_ends_after_it_is_claimed CHECK (until_us > from_us)
) WITH (fillfactor = 80);
CREATE INDEX coupon_open_by_member ON coupon (shard, member_id) WHERE state = 1;
CREATE INDEX coupon_open_by_expiry ON coupon (until_us) WHERE state = 1;

-- Which coupon a payment used, and what it gave; also after the coupon was given back.
CREATE TABLE coupon_use (
  shard       smallint NOT NULL,
  movement_id bigint   NOT NULL,
  coupon_id   bigint   NOT NULL,
  won         integer  NOT NULL,
  CONSTRAINT a_payment_uses_one_coupon PRIMARY KEY (shard, movement_id),
  CONSTRAINT a_coupon_that_is_used_gives_something CHECK (won > 0)
);
CREATE INDEX coupon_use_by_coupon ON coupon_use (shard, coupon_id);
CREATE TRIGGER uses_of_coupons_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON coupon_use
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Note [A shop's month]
-- What a shop with a monthly ceiling has taken off at the till in a month, all engines together; a row
-- begins with the first discount under a ceiling. An engine keeps the sums in memory and adds to the
-- row with its batch; one that shares the city finds at the ceiling, by the constraint, that others
-- have given more than it knew, reads again and decides again. ceiling_won is that of the offer by
-- which the last discount was given: one that is lowered later takes nothing back.
CREATE TABLE shop_month (
  shop_id     integer NOT NULL,
  month       integer NOT NULL,
  given_won   bigint  NOT NULL,
  ceiling_won bigint  NOT NULL,
  CONSTRAINT a_shop_has_one_sum_for_a_month PRIMARY KEY (shop_id, month),
  CONSTRAINT no_shop_gives_more_in_a_month_than_its_ceiling CHECK (given_won BETWEEN 0 AND ceiling_won)
) WITH (fillfactor = 50);
