-- The citizen's app: who is signed in on which telephone.

-- A session is known by the hash of a token of 256 bits that only the browser has. Its instants are of
-- the machine's clock, for a telephone is stolen in the world's time. proved_at_us: when the member last
-- showed a payment PIN or a passkey in it; 0 never. began_by: 1 a code by telephone, 2 a code by e-mail,
-- 3 a passkey, 4 an account elsewhere. address and agent are those of the last proof.
CREATE TABLE member_session (
  session_id    bigint GENERATED ALWAYS AS IDENTITY,
  token_sha256  bytea  NOT NULL,
  member_id     bigint NOT NULL REFERENCES member,
  began_at_us   bigint NOT NULL,
  seen_at_us    bigint NOT NULL,
  proved_at_us  bigint NOT NULL DEFAULT 0,
  expires_at_us bigint NOT NULL,
  ended_at_us   bigint,
  address       text   NOT NULL,
  agent         text   NOT NULL,
  began_by      smallint NOT NULL DEFAULT 1,
  CONSTRAINT sessions_of_members_are_numbered PRIMARY KEY (session_id),
  CONSTRAINT a_session_is_known_by_its_hash UNIQUE (token_sha256),
  CONSTRAINT a_session_token_is_kept_as_its_hash CHECK (octet_length(token_sha256) = 32),
  CONSTRAINT a_session_ends_after_it_began CHECK (expires_at_us > began_at_us),
  CONSTRAINT a_session_begins_in_one_of_four_ways CHECK (began_by BETWEEN 1 AND 4)
);
CREATE INDEX member_session_by_end ON member_session (expires_at_us);
CREATE INDEX member_session_by_member ON member_session (member_id) WHERE ended_at_us IS NULL;

-- Somebody on the way in: who holds this browser is to show a code that was sent to a telephone or to an
-- e-mail address. Known by the hash of a ticket that only the browser has; the code is a keyed hash. Instants
-- are of the machine's clock. purpose: 1 sign in, 2 join, 3 a new payment PIN, 4 an address of the member,
-- 5 lock the wallet. medium: 1 telephone, 2 e-mail. provider and subject: an account elsewhere that is to
-- become the member's. is_confirmed: the company or the post has taken the last code. Rows are forgotten after a day.
CREATE TABLE way_in (
  way_id        bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ticket_sha256 bytea    NOT NULL,
  purpose       smallint NOT NULL,
  medium        smallint NOT NULL,
  sent_to       bytea    NOT NULL,
  sent_to_index bytea    NOT NULL,
  birth_date    date,
  member_id     bigint   REFERENCES member,
  provider      text,
  subject       text,
  began_at_us   bigint   NOT NULL,
  times_sent    smallint NOT NULL DEFAULT 0,
  is_confirmed  boolean  NOT NULL DEFAULT false,
  sent_at_us    bigint   NOT NULL DEFAULT 0,
  code_index    bytea,
  wrong_tries   smallint NOT NULL DEFAULT 0,
  proven_at_us  bigint,
  CONSTRAINT a_way_in_is_known_by_its_ticket UNIQUE (ticket_sha256),
  CONSTRAINT a_ticket_is_kept_as_its_hash CHECK (octet_length(ticket_sha256) = 32),
  CONSTRAINT a_way_in_has_one_of_five_purposes CHECK (purpose BETWEEN 1 AND 5),
  CONSTRAINT a_code_goes_to_a_telephone_or_by_mail CHECK (medium BETWEEN 1 AND 2),
  CONSTRAINT an_account_elsewhere_has_both_names CHECK ((provider IS NULL) = (subject IS NULL))
);
CREATE INDEX way_in_by_age ON way_in (began_at_us);

-- When somebody tried what can be guessed or costs a message, by the machine's clock; nothing of it counts
-- after until_us. who is a keyed hash or the hash of an address.
CREATE UNLOGGED TABLE tried (
  what      text     NOT NULL,
  who       bytea    NOT NULL,
  at_us     bigint[] NOT NULL,
  until_us  bigint   NOT NULL,
  CONSTRAINT tries_are_counted_in_one_row PRIMARY KEY (what, who)
);

-- Buckets for what may be asked so often a minute: full again at full_at_us, each asking a step later.
CREATE UNLOGGED TABLE asked_lately (
  what        text    NOT NULL,
  who         bytea   NOT NULL,
  full_at_us  bigint  NOT NULL,
  CONSTRAINT askings_are_counted_in_one_row PRIMARY KEY (what, who)
);

-- The payment PIN: scrypt over a keyed hash, so that neither the table nor the keys alone tell it.
CREATE TABLE payment_pin (
  member_id   bigint   PRIMARY KEY REFERENCES member,
  salt        bytea    NOT NULL,
  pin_hash    bytea    NOT NULL,
  wrong_tries smallint NOT NULL DEFAULT 0,
  set_at_us   bigint   NOT NULL
);

-- A passkey (W3C Web Authentication Level 2): public_key is the attested credential data as the telephone
-- made it. sign_count grows where the authenticator counts; one that does not grow is a copy.
CREATE TABLE passkey (
  passkey_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  member_id     bigint NOT NULL REFERENCES member,
  credential_id bytea  NOT NULL,
  public_key    bytea  NOT NULL,
  sign_count    bigint NOT NULL,
  name          text   NOT NULL,
  added_at_us   bigint NOT NULL,
  used_at_us    bigint,
  CONSTRAINT a_passkey_is_of_one_member UNIQUE (credential_id)
);
CREATE INDEX passkey_by_member ON passkey (member_id);
-- A challenge that was answered, until it is too old to be answered again.
CREATE TABLE answered_challenge (
  challenge_sha256 bytea  PRIMARY KEY,
  answered_at_us   bigint NOT NULL
);

-- An e-mail address that the member has shown to read; and an account with Kakao or Naver.
CREATE TABLE member_mail (
  member_id    bigint PRIMARY KEY REFERENCES member,
  mail_sealed  bytea  NOT NULL,
  mail_index   bytea  NOT NULL,
  proven_at_us bigint NOT NULL,
  CONSTRAINT an_address_is_of_one_member UNIQUE (mail_index)
);
CREATE TABLE outside_account (
  provider      text   NOT NULL,
  subject_index bytea  NOT NULL,
  member_id     bigint NOT NULL REFERENCES member,
  linked_at_us  bigint NOT NULL,
  CONSTRAINT an_account_elsewhere_is_of_one_member PRIMARY KEY (provider, subject_index),
  CONSTRAINT a_member_has_one_account_with_a_provider UNIQUE (member_id, provider)
);

-- Who the agency for identities said that a member is: the person's number with it (CI) as a keyed hash, so
-- that nobody has the limits of a known person twice. resident_at_us: when the residence was checked last.
CREATE TABLE member_identity (
  member_id       bigint PRIMARY KEY REFERENCES member,
  person_index    bytea  NOT NULL,
  identified_at_us bigint NOT NULL,
  resident_at_us  bigint,
  CONSTRAINT a_person_is_known_as_one_member UNIQUE (person_index)
);
-- The simulated agency's register: who holds a telephone. A number that is not in it is held by whoever says so.
CREATE SCHEMA identity_simulator;
CREATE TABLE identity_simulator.person (
  phone      text    PRIMARY KEY,
  name       text    NOT NULL,
  birth_date date    NOT NULL,
  district   integer NOT NULL
);
CREATE TABLE identity_simulator.manners (
  one       boolean PRIMARY KEY DEFAULT true,
  silent_bp integer NOT NULL DEFAULT 0,
  CONSTRAINT there_is_one_agency CHECK (one),
  CONSTRAINT shares_of_checks_are_of_the_whole CHECK (silent_bp BETWEEN 0 AND 10000)
);
INSERT INTO identity_simulator.manners DEFAULT VALUES;

-- The simulated telephone company: what telephones received, by the machine's clock. copies: 0 it never
-- arrives, 2 it arrives twice.
CREATE SCHEMA sms_simulator;
CREATE TABLE sms_simulator.message (
  message_id    bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key           text     NOT NULL,
  phone         text     NOT NULL,
  text          text     NOT NULL,
  copies        smallint NOT NULL,
  arrives_at_us bigint   NOT NULL,
  CONSTRAINT a_message_is_sent_once UNIQUE (key),
  CONSTRAINT a_message_arrives_at_most_twice CHECK (copies BETWEEN 0 AND 2)
);
CREATE INDEX message_by_phone ON sms_simulator.message (phone, arrives_at_us);
-- How the company behaves, for every process that speaks to it: shares of messages in basis points.
CREATE TABLE sms_simulator.manners (
  one            boolean PRIMARY KEY DEFAULT true,
  late_bp        integer NOT NULL DEFAULT 0,
  failed_bp      integer NOT NULL DEFAULT 0,
  duplicate_bp   integer NOT NULL DEFAULT 0,
  answer_lost_bp integer NOT NULL DEFAULT 0,
  late_us        bigint  NOT NULL DEFAULT 30000000,
  CONSTRAINT there_is_one_company CHECK (one),
  CONSTRAINT shares_of_messages_are_of_the_whole CHECK (
    late_bp >= 0 AND failed_bp >= 0 AND duplicate_bp >= 0 AND answer_lost_bp >= 0
    AND late_bp + failed_bp + duplicate_bp + answer_lost_bp <= 10000)
);
INSERT INTO sms_simulator.manners DEFAULT VALUES;

-- The simulated post for e-mail: what mailboxes received.
CREATE SCHEMA mail_simulator;
CREATE TABLE mail_simulator.message (
  message_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key           text   NOT NULL,
  address       text   NOT NULL,
  subject       text   NOT NULL,
  text          text   NOT NULL,
  arrived_at_us bigint NOT NULL,
  CONSTRAINT a_letter_is_sent_once UNIQUE (key)
);
CREATE INDEX letter_by_address ON mail_simulator.message (address, arrived_at_us);
