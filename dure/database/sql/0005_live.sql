-- What the live page shows, counted once: readers advance these sums along the journal's own keys,
-- so that a page costs the new rows since the last look and never a scan. Nothing here is money;
-- all of it can be thrown away and is counted again from the journal (`live_forget`).

CREATE TABLE live_cursor (
  shard    smallint PRIMARY KEY,
  until_id bigint   NOT NULL DEFAULT 0,
  CONSTRAINT a_live_cursor_stands_in_one_of_sixty_four_shards CHECK (shard BETWEEN 0 AND 63)
);
INSERT INTO live_cursor (shard) SELECT generate_series(0, 63);

-- Sums of one city day by the shop's district (0 where no shop is known), kind and outcome.
CREATE TABLE live_day (
  day           date     NOT NULL,
  district      integer  NOT NULL,
  kind          smallint NOT NULL,
  reason        smallint NOT NULL,
  movements     bigint   NOT NULL,
  amount_won    bigint   NOT NULL,
  discount_won  bigint   NOT NULL,
  incentive_won bigint   NOT NULL,
  CONSTRAINT a_day_has_one_live_sum_for_a_district_kind_and_outcome
    PRIMARY KEY (day, district, kind, reason)
);

-- Sums of one tick: one second of the real world, however fast the city's clock runs.
CREATE TABLE live_tick (
  tick_us       bigint PRIMARY KEY,
  approved      bigint NOT NULL,
  declined      bigint NOT NULL,
  paid_won      bigint NOT NULL,
  incentive_won bigint NOT NULL
);

CREATE TABLE live_line_tick (
  line_id   integer NOT NULL,
  tick_us   bigint  NOT NULL,
  spent_won bigint  NOT NULL,
  CONSTRAINT a_line_has_one_sum_in_a_tick PRIMARY KEY (line_id, tick_us)
);
