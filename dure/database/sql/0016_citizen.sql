-- The citizen's app: who is signed in on which telephone.

-- A session is known by the hash of a token of 256 bits that only the browser has. Its instants are of
-- the machine's clock, for a telephone is stolen in the world's time. proved_at_us: when the member last
-- showed a payment PIN or a passkey in it; 0 never.
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
  CONSTRAINT sessions_of_members_are_numbered PRIMARY KEY (session_id),
  CONSTRAINT a_session_is_known_by_its_hash UNIQUE (token_sha256),
  CONSTRAINT a_session_token_is_kept_as_its_hash CHECK (octet_length(token_sha256) = 32),
  CONSTRAINT a_session_ends_after_it_began CHECK (expires_at_us > began_at_us)
);
CREATE INDEX member_session_by_member ON member_session (member_id) WHERE ended_at_us IS NULL;

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
