-- The district's desk: who looked at whom and why, guardians, locked wallets, complaints.

-- ---- What officials did at a desk (dure/people/desk_log.py) ----------------------------------------

-- Every look at a member is a row, and so is everything that was done for one. at_us is the machine's
-- time: a look is open for minutes of the world. `place` is the district of the desk. A search that
-- found nobody has no member. The note names papers by their number and no person.
CREATE TABLE desk_event (
  event_id  bigint GENERATED ALWAYS AS IDENTITY,
  at_us     bigint  NOT NULL,
  official  text    NOT NULL,
  place     integer NOT NULL,
  member_id bigint,
  act       text    NOT NULL,
  reason    text    NOT NULL,
  note      text    NOT NULL DEFAULT '',
  request_key bytea,
  CONSTRAINT what_was_done_at_a_desk_is_numbered PRIMARY KEY (event_id),
  CONSTRAINT the_same_act_at_a_desk_twice_is_logged_once UNIQUE (request_key),
  CONSTRAINT what_is_done_at_a_desk_is_of_a_known_kind CHECK (act IN (
    'looked', 'not_found', 'joined', 'card_handed', 'card_blocked', 'card_unblocked', 'card_lost',
    'locked', 'unlocked', 'guardian_linked', 'guardian_ended', 'phone_changed', 'district_changed',
    'texts_changed', 'account_linked', 'charged', 'statement', 'complaint_read')),
  CONSTRAINT a_look_has_one_of_the_known_reasons CHECK (reason IN (
    'at_desk', 'on_telephone', 'by_letter', 'complaint', 'by_law')),
  CONSTRAINT only_a_search_that_found_nobody_has_no_member CHECK ((act = 'not_found') = (member_id IS NULL)),
  CONSTRAINT a_note_at_a_desk_is_short CHECK (char_length(note) <= 200)
);
CREATE INDEX desk_event_by_member ON desk_event (member_id, event_id);
CREATE INDEX desk_event_by_official ON desk_event (official, event_id);
CREATE TRIGGER what_was_done_at_a_desk_is_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON desk_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- ---- Locked wallets (dure/people/wallet_locks.py) --------------------------------------------------

-- Note [Locks of several hands]: a wallet may be locked by its member, by a guardian and by a desk at
-- once; it opens when the last of these locks has ended, and each is ended by who may end it. The
-- engine knows one state alone, so a row says who holds it, and `settled` whether the engine has
-- answered since the row was written. cause: 1 the member, 2 the member who has lost the telephone,
-- 3 a guardian, 4 a desk. by_whom: a member's number, or an official's id.
CREATE TABLE wallet_lock (
  lock_id      bigint GENERATED ALWAYS AS IDENTITY,
  member_id    bigint   NOT NULL,
  cause        smallint NOT NULL,
  by_whom      text     NOT NULL,
  began_at_us  bigint   NOT NULL,
  began_machine_us bigint NOT NULL,
  ended_at_us  bigint,
  ended_by     text,
  settled      boolean  NOT NULL DEFAULT false,
  request_key  bytea    NOT NULL,
  end_key      bytea,
  CONSTRAINT locks_of_wallets_are_numbered PRIMARY KEY (lock_id),
  CONSTRAINT a_lock_is_of_a_members_wallet FOREIGN KEY (member_id) REFERENCES member,
  CONSTRAINT the_same_locking_twice_is_one UNIQUE (request_key),
  CONSTRAINT the_same_unlocking_twice_is_one UNIQUE (end_key),
  CONSTRAINT a_lock_is_held_by_member_guardian_or_desk CHECK (cause BETWEEN 1 AND 4),
  CONSTRAINT a_lock_that_ended_says_by_whom CHECK ((ended_at_us IS NULL) = (ended_by IS NULL)
    AND (ended_at_us IS NULL) = (end_key IS NULL))
);
CREATE UNIQUE INDEX somebody_locks_a_wallet_once_at_a_time ON wallet_lock (member_id, cause, by_whom)
  WHERE ended_at_us IS NULL;
CREATE INDEX wallet_lock_by_member ON wallet_lock (member_id, lock_id);
CREATE INDEX wallet_lock_unsettled ON wallet_lock (lock_id) WHERE NOT settled;

-- A code that the member noted on paper for the day on which everything is lost; only its slow hash.
-- made_at_us is of the city's clock.
CREATE TABLE lock_code (
  member_id  bigint NOT NULL,
  salt       bytea  NOT NULL,
  code_hash  bytea  NOT NULL,
  made_at_us bigint NOT NULL,
  CONSTRAINT a_member_has_one_code_for_locking PRIMARY KEY (member_id),
  CONSTRAINT a_code_for_locking_is_a_members FOREIGN KEY (member_id) REFERENCES member
);

-- Who has no app and wants each payment as a text message. told_id is the member's last movement that was
-- told of; what lies between it and the wallet's last_id is still to be told (dure/jobs/payment_texts.py).
CREATE TABLE payment_text (
  member_id bigint NOT NULL,
  told_id   bigint NOT NULL,
  CONSTRAINT a_member_wants_texts_of_payments_once PRIMARY KEY (member_id),
  CONSTRAINT texts_of_payments_are_for_members FOREIGN KEY (member_id) REFERENCES member
);

-- ---- Guardians of minors (dure/people/guardians.py) ------------------------------------------------

CREATE TABLE guardianship (
  guardianship_id bigint GENERATED ALWAYS AS IDENTITY,
  guardian_id bigint NOT NULL,
  minor_id    bigint NOT NULL,
  papers      text   NOT NULL,
  linked_by   text   NOT NULL,
  began_at_us bigint NOT NULL,
  ended_at_us bigint,
  ended_by    text,
  request_key bytea  NOT NULL,
  CONSTRAINT guardianships_are_numbered PRIMARY KEY (guardianship_id),
  CONSTRAINT a_guardian_is_a_member FOREIGN KEY (guardian_id) REFERENCES member,
  CONSTRAINT a_minor_is_a_member FOREIGN KEY (minor_id) REFERENCES member,
  CONSTRAINT nobody_is_the_own_guardian CHECK (guardian_id <> minor_id),
  CONSTRAINT the_papers_of_a_guardian_are_named CHECK (btrim(papers) <> ''),
  CONSTRAINT the_same_linking_twice_is_one UNIQUE (request_key),
  CONSTRAINT a_guardianship_that_ended_says_by_whom CHECK ((ended_at_us IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX a_guardian_is_linked_to_a_minor_once ON guardianship (guardian_id, minor_id)
  WHERE ended_at_us IS NULL;
CREATE INDEX guardianship_by_minor ON guardianship (minor_id) WHERE ended_at_us IS NULL;

-- A card that a guardian has blocked; the minor cannot unblock it while this lasts.
CREATE TABLE guardian_block (
  block_id    bigint GENERATED ALWAYS AS IDENTITY,
  card_id     bigint NOT NULL,
  minor_id    bigint NOT NULL,
  guardian_id bigint NOT NULL,
  began_at_us bigint NOT NULL,
  ended_at_us bigint,
  CONSTRAINT blocks_by_guardians_are_numbered PRIMARY KEY (block_id),
  CONSTRAINT a_guardian_blocks_a_members_card FOREIGN KEY (minor_id) REFERENCES member
);
CREATE UNIQUE INDEX a_card_is_blocked_by_guardians_once ON guardian_block (card_id)
  WHERE ended_at_us IS NULL;

-- ---- Complaints and disputes (dure/people/complaints.py) -------------------------------------------

-- Days within which an answer is due; the row with the latest start before an instant holds.
-- kind: 1 a payment is disputed, 2 incentive, 3 a shop, 4 card or app, 5 anything else.
CREATE TABLE complaint_term (
  kind    smallint NOT NULL,
  from_us bigint   NOT NULL,
  days    integer  NOT NULL,
  source  text     NOT NULL,
  CONSTRAINT a_kind_of_complaint_has_one_term_from_an_instant PRIMARY KEY (kind, from_us),
  CONSTRAINT a_term_has_some_days CHECK (days > 0)
);
INSERT INTO complaint_term (kind, from_us, days, source)
SELECT kind, 0, 15, '전자금융거래법 시행령 제14조 (분쟁처리: 신청을 받은 날부터 15일 이내)' FROM generate_series(1, 2) AS kind
UNION ALL
SELECT kind, 0, 7, '민원 처리에 관한 법률 시행령 (고충민원: 7일 이내)' FROM generate_series(3, 5) AS kind;

-- What people write is about people, so it is sealed. movement_id names the payment that it is about.
-- state: 1 received, 2 in hand, 3 waiting for the member, 4 answered, 5 withdrawn.
-- outcome: 1 as asked for, 2 in part, 3 not, 4 explained; only of an answered one.
CREATE TABLE complaint (
  complaint_id bigint GENERATED ALWAYS AS IDENTITY,
  member_id    bigint   NOT NULL,
  district     integer  NOT NULL,
  kind         smallint NOT NULL,
  state        smallint NOT NULL DEFAULT 1,
  outcome      smallint,
  objected     boolean  NOT NULL DEFAULT false,
  movement_id  bigint,
  filed_at_us  bigint   NOT NULL,
  due_at_us    bigint   NOT NULL,
  handled_by   text     NOT NULL DEFAULT '',
  request_key  bytea    NOT NULL,
  CONSTRAINT complaints_are_numbered PRIMARY KEY (complaint_id),
  CONSTRAINT a_complaint_is_a_members FOREIGN KEY (member_id) REFERENCES member,
  CONSTRAINT a_complaint_is_of_one_of_five_kinds CHECK (kind BETWEEN 1 AND 5),
  CONSTRAINT a_complaint_is_in_one_of_five_states CHECK (state BETWEEN 1 AND 5),
  CONSTRAINT a_dispute_names_the_payment CHECK (kind <> 1 OR movement_id IS NOT NULL),
  CONSTRAINT an_answered_complaint_has_an_outcome CHECK (state <> 4 OR outcome BETWEEN 1 AND 4),
  CONSTRAINT an_answer_is_due_after_the_complaint CHECK (due_at_us > filed_at_us),
  CONSTRAINT the_same_complaint_twice_is_one UNIQUE (request_key)
);
CREATE INDEX complaint_by_member ON complaint (member_id, complaint_id);
CREATE INDEX complaint_open_by_district ON complaint (district, due_at_us) WHERE state < 4;
CREATE INDEX complaint_by_district ON complaint (district, complaint_id);

-- step: 1 filed, 2 taken up, 3 asked back, 4 added to, 5 answered, 6 withdrawn, 7 objected to.
-- official is empty where the member took the step.
CREATE TABLE complaint_step (
  step_id      bigint GENERATED ALWAYS AS IDENTITY,
  complaint_id bigint   NOT NULL,
  step         smallint NOT NULL,
  at_us        bigint   NOT NULL,
  official     text     NOT NULL DEFAULT '',
  text_sealed  bytea    NOT NULL,
  request_key  bytea    NOT NULL,
  CONSTRAINT steps_of_complaints_are_numbered PRIMARY KEY (step_id),
  CONSTRAINT a_step_is_of_a_complaint FOREIGN KEY (complaint_id) REFERENCES complaint,
  CONSTRAINT a_step_of_a_complaint_is_one_of_seven CHECK (step BETWEEN 1 AND 7),
  CONSTRAINT officials_take_up_ask_and_answer CHECK ((step IN (2, 3, 5)) = (official <> '')),
  CONSTRAINT the_same_step_of_a_complaint_twice_is_one UNIQUE (request_key)
);
CREATE INDEX complaint_step_by_complaint ON complaint_step (complaint_id, step_id);
-- Only the seal may be renewed, when a key has been changed.
CREATE TRIGGER steps_of_complaints_are_only_added
  BEFORE UPDATE OF step_id, complaint_id, step, at_us, official, request_key OR DELETE OR TRUNCATE ON complaint_step
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A picture as we made it anew from what was sent: JPEG, sealed.
CREATE TABLE complaint_photo (
  photo_id    bigint GENERATED ALWAYS AS IDENTITY,
  step_id     bigint  NOT NULL,
  jpeg_sealed bytea   NOT NULL,
  width       integer NOT NULL,
  height      integer NOT NULL,
  CONSTRAINT photos_of_complaints_are_numbered PRIMARY KEY (photo_id),
  CONSTRAINT a_photo_comes_with_a_step FOREIGN KEY (step_id) REFERENCES complaint_step,
  CONSTRAINT a_photo_has_a_size CHECK (width BETWEEN 1 AND 4096 AND height BETWEEN 1 AND 4096)
);
CREATE INDEX complaint_photo_by_step ON complaint_photo (step_id);

-- Who has neither telephone nor card any more is found at a desk by name and birth date.
CREATE INDEX member_by_birth ON member (birth_date, district);
