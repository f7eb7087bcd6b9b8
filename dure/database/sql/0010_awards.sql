-- Awards: what the office gives later by a published rule, for a payment or for a reason of its own;
-- and the campaigns that decide who gets one.

-- about says what an award is for when it is not for a payment (the friend of a referral); 0 where
-- original_id names the payment. stands_won is what is left of it: an award goes back with its payment
-- (Note [What remains] in authorization/remains.py).
CREATE TABLE award (
  shard           smallint NOT NULL,
  rule_version_id integer  NOT NULL,
  choice          integer  NOT NULL,
  won             integer  NOT NULL,
  stands_won      integer  NOT NULL,
  member_id       bigint   NOT NULL,
  original_id     bigint   NOT NULL,
  about           bigint   NOT NULL,
  movement_id     bigint   NOT NULL,
  CONSTRAINT the_same_award_is_given_once PRIMARY KEY (shard, original_id, rule_version_id, member_id, about),
  CONSTRAINT an_award_is_of_a_published_rule FOREIGN KEY (rule_version_id) REFERENCES rule_version,
  CONSTRAINT an_award_lies_in_its_members_shard CHECK (shard = member_id % 64),
  CONSTRAINT an_award_gives_something CHECK (won > 0),
  CONSTRAINT what_stands_of_an_award_never_passes_it CHECK (stands_won BETWEEN 0 AND won)
) WITH (fillfactor = 90);

-- Note [A draw that anybody can check]
-- The SHA-256 of a secret seed is published before the period ends. After draw_at the tickets are
-- written down (every standing payment that the rule holds for, by its number), their list is hashed,
-- and the seed is revealed. The score of a ticket is the SHA-256 of the text
-- "<seed> <hash of the list> <ticket>", all in small letters and hexadecimal digits; the lowest scores
-- win, the first prize first, and nobody wins twice. Whoever has the seed, the list and a tool that
-- computes SHA-256 finds the same winners.
CREATE TABLE lottery (
  rule_version_id  integer PRIMARY KEY,
  commitment       text    NOT NULL,
  seed_sealed      bytea   NOT NULL,
  committed_at_us  bigint  NOT NULL,
  seed             text,
  drawn_at_us      bigint,
  tickets          bigint,
  tickets_sha256   text,
  CONSTRAINT a_lottery_is_of_a_published_rule FOREIGN KEY (rule_version_id) REFERENCES rule_version,
  CONSTRAINT a_commitment_is_a_sha256 CHECK (commitment ~ '^[0-9a-f]{64}$'),
  CONSTRAINT a_seed_is_what_was_committed CHECK (
    seed IS NULL OR commitment = encode(sha256(convert_to(seed, 'UTF8')), 'hex')),
  CONSTRAINT a_draw_is_told_whole CHECK (
    (seed IS NULL) = (drawn_at_us IS NULL) AND (seed IS NULL) = (tickets IS NULL)
    AND (seed IS NULL) = (tickets_sha256 IS NULL))
);
CREATE FUNCTION keep_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.seed IS NOT NULL OR (OLD.rule_version_id, OLD.commitment, OLD.seed_sealed, OLD.committed_at_us)
     IS DISTINCT FROM (NEW.rule_version_id, NEW.commitment, NEW.seed_sealed, NEW.committed_at_us) THEN
    RAISE EXCEPTION 'lottery % is committed, and a draw is never repeated', OLD.rule_version_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_commitment_never_changes BEFORE UPDATE ON lottery
  FOR EACH ROW EXECUTE FUNCTION keep_commitment();
CREATE TRIGGER a_lottery_is_never_taken_away BEFORE DELETE OR TRUNCATE ON lottery
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The list of tickets as it was hashed, in the order of its places from 1.
CREATE TABLE lottery_ticket (
  rule_version_id integer  NOT NULL,
  place           bigint   NOT NULL,
  shard           smallint NOT NULL,
  movement_id     bigint   NOT NULL,
  member_id       bigint   NOT NULL,
  CONSTRAINT a_ticket_has_one_place PRIMARY KEY (rule_version_id, place),
  CONSTRAINT a_ticket_is_of_a_lottery FOREIGN KEY (rule_version_id) REFERENCES lottery
);
CREATE TRIGGER tickets_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON lottery_ticket
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- state: 1 drawn, 2 paid, 3 refused (reason says why; asked again as long as the rule's money may come).
CREATE TABLE lottery_winner (
  rule_version_id integer  NOT NULL,
  place           integer  NOT NULL,
  shard           smallint NOT NULL,
  movement_id     bigint   NOT NULL,
  member_id       bigint   NOT NULL,
  prize_won       integer  NOT NULL,
  state           smallint NOT NULL DEFAULT 1,
  reason          smallint NOT NULL DEFAULT 0,
  CONSTRAINT a_prize_has_one_winner PRIMARY KEY (rule_version_id, place),
  CONSTRAINT nobody_wins_twice UNIQUE (rule_version_id, member_id),
  CONSTRAINT a_winner_is_of_a_lottery FOREIGN KEY (rule_version_id) REFERENCES lottery,
  CONSTRAINT a_winner_is_drawn_paid_or_refused CHECK (state BETWEEN 1 AND 3),
  CONSTRAINT a_refused_prize_says_why CHECK ((state = 3) = (reason > 0))
);

-- Who brought whom. Told once for each friend; both gifts are paid after_days after the friend's first
-- standing payment. state: 1 waiting, 2 paid, 3 over (the rule ended before the friend paid).
CREATE TABLE referral (
  friend_id       bigint   NOT NULL,
  referrer_id     bigint   NOT NULL,
  rule_version_id integer  NOT NULL,
  state           smallint NOT NULL DEFAULT 1,
  reason          smallint NOT NULL DEFAULT 0,
  told_at_us      bigint   NOT NULL,
  payment_id      bigint,
  next_look_us    bigint   NOT NULL,
  CONSTRAINT a_friend_is_brought_once PRIMARY KEY (friend_id),
  CONSTRAINT nobody_brings_themselves CHECK (friend_id <> referrer_id),
  CONSTRAINT a_referral_is_by_a_published_rule FOREIGN KEY (rule_version_id) REFERENCES rule_version,
  CONSTRAINT a_referral_is_waiting_paid_or_over CHECK (state BETWEEN 1 AND 3),
  CONSTRAINT a_paid_referral_names_the_payment CHECK (state <> 2 OR payment_id IS NOT NULL)
);
-- A brought B and B brought A: the pair, whichever way round, stands once.
CREATE UNIQUE INDEX two_do_not_bring_each_other
  ON referral (least(friend_id, referrer_id), greatest(friend_id, referrer_id));
CREATE INDEX referral_waiting ON referral (next_look_us) WHERE state = 1;

-- An allowance for everybody whom a rule names, one row for each member. state: 1 waiting, 2 granted,
-- 3 refused (reason says why). tries is part of the key under which the engine is asked: it rises only
-- when the engine has refused, so nobody is granted twice.
CREATE TABLE allowance_due (
  rule_version_id integer  NOT NULL,
  member_id       bigint   NOT NULL,
  won             bigint   NOT NULL,
  state           smallint NOT NULL DEFAULT 1,
  tries           smallint NOT NULL DEFAULT 0,
  reason          smallint NOT NULL DEFAULT 0,
  movement_id     bigint,
  CONSTRAINT a_rule_grants_a_member_once PRIMARY KEY (rule_version_id, member_id),
  CONSTRAINT a_due_allowance_is_of_a_published_rule FOREIGN KEY (rule_version_id) REFERENCES rule_version,
  CONSTRAINT a_due_allowance_gives_something CHECK (won > 0),
  CONSTRAINT a_due_allowance_is_waiting_granted_or_refused CHECK (state BETWEEN 1 AND 3),
  CONSTRAINT a_granted_allowance_names_its_movement CHECK ((state = 2) = (movement_id IS NOT NULL))
);
CREATE INDEX allowance_due_waiting ON allowance_due (rule_version_id, member_id) WHERE state <> 2;
