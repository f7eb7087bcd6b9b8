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
