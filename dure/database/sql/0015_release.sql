-- Note [Accounts of releases]
-- A rule that releases so much of its money a day or a week (`policy.release`) has an account for each
-- release, or one for all where what is unused is carried on. Engines lease of an account in slices as
-- they lease of a line and of the sum of a rule. The key is the rule version's number times 2^20 plus
-- the number of the release, which is 0 where there is one account for all; that one's released_won
-- grows with every release, and no other account ever changes it. An account of a release long ago is
-- closed: nobody leases of it until a payment of its time comes late.
CREATE TABLE rule_release (
  release_key     bigint  PRIMARY KEY,
  rule_version_id integer NOT NULL REFERENCES rule_version,
  released_won    bigint  NOT NULL,
  leased_won      bigint  NOT NULL DEFAULT 0,
  is_open         boolean NOT NULL DEFAULT true,
  CONSTRAINT an_account_of_releases_names_its_rule CHECK (release_key >> 20 = rule_version_id),
  CONSTRAINT no_more_of_a_release_is_leased_than_there_is
    CHECK (leased_won BETWEEN 0 AND released_won)
);

CREATE TABLE release_use (
  shard       smallint NOT NULL,
  release_key bigint   NOT NULL REFERENCES rule_release,
  leased_won  bigint   NOT NULL DEFAULT 0,
  used_won    bigint   NOT NULL DEFAULT 0,
  CONSTRAINT a_release_has_one_slice_for_an_engine PRIMARY KEY (shard, release_key),
  CONSTRAINT a_release_is_never_passed CHECK (used_won <= leased_won)
) WITH (fillfactor = 10);

-- What each line was given and spent on each day of the city, counted once from the journal along its
-- own keys when the day is over: pacing asks for it every night. Nothing here is money; all of it can be
-- thrown away and is counted again.
CREATE TABLE line_day (
  line_id   integer NOT NULL REFERENCES budget_line,
  day       date    NOT NULL,
  given_won bigint  NOT NULL,
  spent_won bigint  NOT NULL,
  CONSTRAINT a_line_has_one_sum_for_a_day PRIMARY KEY (line_id, day)
);
CREATE TABLE line_day_counted (
  one       boolean PRIMARY KEY DEFAULT true,
  until_us  bigint  NOT NULL DEFAULT 0,
  CONSTRAINT days_are_counted_to_one_instant CHECK (one)
);
INSERT INTO line_day_counted DEFAULT VALUES;
