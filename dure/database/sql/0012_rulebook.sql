-- From draft to in force: every step of a rule, signed and chained.

-- Texts as they were handed in, or tried before that (what was handed in is in the log). A version that is handed in anew has another text and another row.
CREATE TABLE rule_draft (
  rule     text    NOT NULL,
  version  integer NOT NULL,
  sha256   text    NOT NULL,
  document text    NOT NULL,
  CONSTRAINT a_text_is_kept_once PRIMARY KEY (rule, version, sha256),
  CONSTRAINT a_draft_is_what_its_hash_says CHECK (sha256 = encode(sha256(convert_to(document, 'UTF8')), 'hex'))
);
CREATE TRIGGER a_draft_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_draft
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Note [Chain of steps]
-- hash covers every other column of the row but the signature, the hash of the row before among
-- them; signature is the acting official's, over hash (Ed25519). What an official may do, which key
-- is whose and where a version stands all follow from these rows alone (dure/rulebook/lives.py), so
-- there is nothing beside them that could say otherwise. at_us is the city's time, recorded_at_us the
-- machine's. rule, version and document_sha256 are missing where a step is about no single version.
CREATE TABLE rulebook_log (
  entry           integer NOT NULL,
  step            text    NOT NULL,
  rule            text,
  version         integer,
  document_sha256 text,
  official        text    NOT NULL,
  at_us           bigint  NOT NULL,
  recorded_at_us  bigint  NOT NULL,
  content         text    NOT NULL,
  public_key      bytea   NOT NULL,
  previous_hash   bytea,
  hash            bytea   NOT NULL,
  signature       bytea   NOT NULL,
  CONSTRAINT steps_are_numbered PRIMARY KEY (entry),
  CONSTRAINT a_step_has_a_hash_of_its_own UNIQUE (hash),
  CONSTRAINT the_chain_of_steps_never_forks UNIQUE NULLS NOT DISTINCT (previous_hash),
  CONSTRAINT a_step_follows_a_step FOREIGN KEY (previous_hash) REFERENCES rulebook_log (hash),
  CONSTRAINT only_the_first_step_follows_none CHECK ((entry = 1) = (previous_hash IS NULL)),
  CONSTRAINT a_step_names_a_version_whole_or_not_at_all CHECK ((rule IS NULL) = (version IS NULL)),
  CONSTRAINT hash_key_and_signature_have_their_sizes
    CHECK (octet_length(hash) = 32 AND octet_length(public_key) = 32 AND octet_length(signature) = 64)
);
CREATE INDEX rulebook_log_by_version ON rulebook_log (rule, version);
CREATE TRIGGER steps_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON rulebook_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- When a published version ends before its text says: superseded or rolled back. The earliest end
-- counts; an end at or before the version's beginning means that it never comes into force.
CREATE TABLE rule_end (
  rule_version_id integer NOT NULL REFERENCES rule_version,
  ends_at_us      bigint  NOT NULL,
  entry           integer NOT NULL,
  CONSTRAINT a_step_ends_a_version_once PRIMARY KEY (rule_version_id, entry),
  CONSTRAINT an_end_is_a_step_of_the_log FOREIGN KEY (entry) REFERENCES rulebook_log
);
CREATE TRIGGER an_end_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_end
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER engines_hear_of_ends AFTER INSERT ON rule_end
  FOR EACH STATEMENT EXECUTE FUNCTION tell_engines();

-- A published version with the end that is not in its text, where it has one. Whoever makes rules
-- ready to evaluate reads them here and cuts them off there (dure/rulebook/ends.py).
CREATE VIEW rule_as_it_holds AS
SELECT v.rule_version_id, v.rule, v.version, v.document,
       (SELECT min(e.ends_at_us) FROM rule_end e WHERE e.rule_version_id = v.rule_version_id) AS ends_at_us
FROM rule_version v;

-- What citizens are told, for pages and the partners' API; the texts themselves are in the chain.
-- void: the version was withdrawn since, or another text of it was handed in.
CREATE VIEW rule_notice AS
SELECT n.entry, n.rule, n.version, n.at_us AS published_at_us,
       (n.content::jsonb ->> 'begins_at_us')::bigint AS begins_at_us,
       n.step = 'emergency' AS emergency,
       EXISTS (SELECT FROM rulebook_log later WHERE later.rule = n.rule AND later.version = n.version
               AND later.entry > n.entry AND later.step IN ('draft', 'withdraw')) AS void,
       n.content::jsonb ->> 'ko' AS text_ko,
       n.content::jsonb ->> 'en' AS text_en
FROM rulebook_log n
WHERE n.step IN ('notice', 'emergency', 'roll_back');
