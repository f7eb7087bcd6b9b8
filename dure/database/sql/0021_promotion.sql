-- The queue for coupons, cards on their way, and their faces.

-- ---- The queue for coupons (dure/wallets/coupon_queue.py) -------------------------------------------

-- Note [A fair queue]
-- Who taps draws a ticket; tickets of a coupon are worked off in the order of their numbers by whoever
-- holds the queue's desk (an advisory lock), and the engine decides. A ticket is drawn under a shared
-- lock of the queue's gate; the desk shuts the gate for a moment before it looks, so that no ticket
-- with a lower number can come to light behind one that was served. A ticket is a row: it outlives
-- every process. The engine is asked under a key made of the ticket, so that a desk that dies is
-- replaced by another that asks the same again.
-- state: 1 waiting, 2 claimed, 3 refused (`reason` as the engine says it). told: the member has seen
-- what came of it, or was sent a notice. drawn_at_us is of the
-- city's clock, for it decides whether the offer holds; drawn_machine_us of the machine's, for it
-- counts taps.
CREATE TABLE coupon_ticket (
  ticket_id        bigint GENERATED ALWAYS AS IDENTITY,
  member_id        bigint   NOT NULL,
  drawn_at_us      bigint   NOT NULL,
  drawn_machine_us bigint   NOT NULL,
  coupon_id        bigint,
  rule_version_id  integer  NOT NULL,
  state            smallint NOT NULL DEFAULT 1,
  reason           smallint NOT NULL DEFAULT 0,
  told             boolean  NOT NULL DEFAULT false,
  request_key      bytea    NOT NULL,
  CONSTRAINT tickets_for_coupons_are_numbered PRIMARY KEY (ticket_id),
  CONSTRAINT the_same_tap_twice_is_one_ticket UNIQUE (request_key),
  CONSTRAINT a_ticket_waits_or_was_served_or_refused CHECK (state BETWEEN 1 AND 3),
  CONSTRAINT a_served_ticket_names_its_coupon CHECK ((state = 2) = (coupon_id IS NOT NULL)),
  CONSTRAINT a_refused_ticket_says_why CHECK ((state = 3) = (reason <> 0))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX a_member_waits_for_a_coupon_once ON coupon_ticket (member_id, rule_version_id)
  WHERE state = 1;
CREATE INDEX coupon_ticket_waiting ON coupon_ticket (rule_version_id, ticket_id) WHERE state = 1;
CREATE INDEX coupon_ticket_untold ON coupon_ticket (drawn_machine_us) WHERE state > 1 AND NOT told;
CREATE INDEX coupon_ticket_by_member ON coupon_ticket (member_id, ticket_id);

-- ---- Cards (dure/wallets/card_life.py, card_delivery.py) --------------------------------------------

-- The brand drawn on a card: the code of a district. A card without a row has that of its member's.
-- made_machine_us: when a virtual card's number was told first, by the machine's clock.
CREATE TABLE card_face (
  card_id bigint  NOT NULL,
  made_machine_us bigint NOT NULL DEFAULT 0,
  brand   integer NOT NULL,
  CONSTRAINT a_card_has_one_face PRIMARY KEY (card_id)
);

-- A card of plastic on its way. One is under way for a member at a time. `attempt` counts how often it
-- was made; card_id is the card of the last one. The address is sealed, and empty when it is no longer
-- needed; again_key is that of the form by which it was made anew. state: 1 asked for, 2 being made, 3 sent, 4 arrived, 5 registered, 6 came back, 7 cancelled.
CREATE TABLE card_delivery (
  delivery_id      bigint GENERATED ALWAYS AS IDENTITY,
  member_id        bigint   NOT NULL,
  asked_at_us      bigint   NOT NULL,
  changed_at_us    bigint   NOT NULL,
  card_id          bigint,
  replaces_card_id bigint,
  brand            integer  NOT NULL,
  state            smallint NOT NULL DEFAULT 1,
  attempt          smallint NOT NULL DEFAULT 1,
  due_at           timestamptz NOT NULL DEFAULT now(),
  request_key      bytea    NOT NULL,
  again_key        bytea,
  address_sealed   bytea    NOT NULL,
  CONSTRAINT cards_on_their_way_are_numbered PRIMARY KEY (delivery_id),
  CONSTRAINT the_same_card_asked_for_twice_is_one UNIQUE (request_key),
  CONSTRAINT a_delivery_key_has_sixteen_bytes CHECK (octet_length(request_key) = 16),
  CONSTRAINT a_card_on_its_way_is_in_one_of_seven_states CHECK (state BETWEEN 1 AND 7),
  CONSTRAINT a_card_that_is_made_has_a_number CHECK (state IN (1, 7) OR card_id IS NOT NULL),
  CONSTRAINT a_card_is_made_a_few_times_at_most CHECK (attempt BETWEEN 1 AND 3),
  CONSTRAINT no_address_is_kept_longer_than_needed CHECK (state < 5 OR octet_length(address_sealed) = 0)
);
CREATE UNIQUE INDEX a_member_has_one_card_under_way ON card_delivery (member_id) WHERE state < 5;
CREATE INDEX card_delivery_under_way ON card_delivery (due_at) WHERE state < 4;
CREATE INDEX card_delivery_by_member ON card_delivery (member_id, delivery_id);

CREATE TABLE card_delivery_step (
  step_id     bigint GENERATED ALWAYS AS IDENTITY,
  delivery_id bigint   NOT NULL,
  state       smallint NOT NULL,
  at_us       bigint   NOT NULL,
  CONSTRAINT steps_of_cards_on_their_way_are_numbered PRIMARY KEY (step_id),
  CONSTRAINT a_step_is_of_a_card_on_its_way FOREIGN KEY (delivery_id) REFERENCES card_delivery
);
CREATE INDEX card_delivery_step_by_delivery ON card_delivery_step (delivery_id, step_id);
CREATE TRIGGER steps_of_cards_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON card_delivery_step
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Wrong numbers and codes that a member has entered; at_us is the machine's.
CREATE TABLE card_guess (
  guess_id  bigint GENERATED ALWAYS AS IDENTITY,
  member_id bigint NOT NULL,
  at_us     bigint NOT NULL,
  CONSTRAINT guesses_at_cards_are_numbered PRIMARY KEY (guess_id)
);
CREATE INDEX card_guess_by_member ON card_guess (member_id, at_us);

-- The simulated maker of cards keeps its own books, apart from ours, as a real one would: which order
-- it has heard, and what became of the letter. It keeps no number and no address.
CREATE SCHEMA card_maker;
CREATE TABLE card_maker.ordered (
  reference     text     PRIMARY KEY,
  heard_at_us   bigint   NOT NULL,
  sent_at_us    bigint   NOT NULL,
  arrived_at_us bigint   NOT NULL,
  comes_back    boolean  NOT NULL,
  times_heard   integer  NOT NULL DEFAULT 1
);
CREATE TABLE card_maker.mishap (
  reference text     PRIMARY KEY,
  manner    smallint NOT NULL
);
CREATE TABLE card_maker.manners (
  one            boolean PRIMARY KEY DEFAULT true,
  late_bp        integer NOT NULL DEFAULT 0,
  returned_bp    integer NOT NULL DEFAULT 0,
  answer_lost_bp integer NOT NULL DEFAULT 0,
  order_lost_bp  integer NOT NULL DEFAULT 0,
  making_us      bigint  NOT NULL DEFAULT 3600000000,
  posting_us     bigint  NOT NULL DEFAULT 7200000000,
  late_us        bigint  NOT NULL DEFAULT 86400000000,
  CONSTRAINT there_is_one_maker CHECK (one),
  CONSTRAINT shares_of_orders_are_of_the_whole CHECK (
    late_bp >= 0 AND returned_bp >= 0 AND answer_lost_bp >= 0 AND order_lost_bp >= 0
    AND late_bp + returned_bp + answer_lost_bp + order_lost_bp <= 10000)
);
INSERT INTO card_maker.manners DEFAULT VALUES;
