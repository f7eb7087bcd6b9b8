-- The partner API: who may ask what, what was asked under which key, and how often.

-- A key is shown once, when it is made; here is only its hash (it has 256 random bits, so a plain
-- hash cannot be guessed back).
CREATE TABLE api_key (
  key_id      integer GENERATED ALWAYS AS IDENTITY,
  key_sha256  bytea   NOT NULL,
  partner     text    NOT NULL,
  scopes      text[]  NOT NULL,
  requests_per_minute_max integer NOT NULL,
  made_at     timestamptz NOT NULL DEFAULT now(),
  revoked_at  timestamptz,
  CONSTRAINT an_api_key_has_one_number PRIMARY KEY (key_id),
  CONSTRAINT an_api_key_is_known_by_its_hash UNIQUE (key_sha256),
  CONSTRAINT an_api_key_is_kept_as_its_hash CHECK (octet_length(key_sha256) = 32),
  CONSTRAINT an_api_key_belongs_to_a_partner CHECK (btrim(partner) <> ''),
  CONSTRAINT an_api_key_may_do_something CHECK (cardinality(scopes) > 0),
  CONSTRAINT an_api_key_may_ask_at_all CHECK (requests_per_minute_max > 0)
);

-- One row for each Idempotency-Key of a partner. It is written before anything has effect, without
-- an answer; the answer is added once and never changed. Where it is still missing the request is
-- done again under the same key, which the engine knows.
CREATE TABLE api_request (
  key_id          integer  NOT NULL,
  idempotency_key text     NOT NULL,
  request_sha256  bytea    NOT NULL,
  asked_at        timestamptz NOT NULL DEFAULT now(),
  status          smallint,
  answer          text,
  CONSTRAINT a_partner_uses_a_key_for_one_request PRIMARY KEY (key_id, idempotency_key),
  CONSTRAINT a_request_is_of_a_known_api_key FOREIGN KEY (key_id) REFERENCES api_key,
  CONSTRAINT an_idempotency_key_has_8_to_64_signs CHECK (idempotency_key ~ '^[!-~]{8,64}$'),
  CONSTRAINT a_request_is_kept_as_its_hash CHECK (octet_length(request_sha256) = 32),
  CONSTRAINT an_answer_has_a_status CHECK ((status IS NULL) = (answer IS NULL))
);

-- Requests of a key in a minute of the machine's clock; worth nothing after it, so not logged.
CREATE UNLOGGED TABLE api_minute (
  key_id   integer NOT NULL,
  minute   bigint  NOT NULL,
  requests integer NOT NULL,
  CONSTRAINT a_key_has_one_count_for_a_minute PRIMARY KEY (key_id)
);
