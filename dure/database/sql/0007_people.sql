-- Members as people: name and telephone sealed, consent as a log that is only added to. The wallet of
-- a member is opened by the engine, under the same number.

-- Numbers begin above those of wallets that were taken over in bulk from an earlier operator.
CREATE SEQUENCE member_number AS bigint START WITH 1000000001;

-- phone_index is a keyed hash: it finds a telephone number without showing it.
-- status: 1 opening (the engine has not answered yet), 2 open, 3 left, 4 refused by the engine.
CREATE TABLE member (
  member_id    bigint   NOT NULL DEFAULT nextval('member_number'),
  public_id    uuid     NOT NULL DEFAULT gen_random_uuid(),
  status       smallint NOT NULL DEFAULT 1,
  level        smallint NOT NULL,
  district     integer  NOT NULL,
  birth_date   date     NOT NULL,
  name_sealed  bytea    NOT NULL,
  phone_sealed bytea    NOT NULL,
  phone_index  bytea,
  request_key  bytea    NOT NULL,
  joined_at_us bigint   NOT NULL,
  left_at_us   bigint,
  CONSTRAINT a_member_has_one_number PRIMARY KEY (member_id),
  CONSTRAINT a_public_number_names_one_member UNIQUE (public_id),
  CONSTRAINT a_telephone_number_is_of_one_member UNIQUE (phone_index),
  CONSTRAINT the_same_joining_twice_is_one_member UNIQUE (request_key),
  CONSTRAINT a_member_is_opening_open_left_or_refused CHECK (status BETWEEN 1 AND 4),
  CONSTRAINT a_level_is_one_of_three CHECK (level BETWEEN 1 AND 3),
  CONSTRAINT a_member_is_fourteen_or_older CHECK (
    birth_date + interval '14 years'
      <= (timestamptz '1970-01-01 00:00+00' + joined_at_us * interval '1 microsecond') AT TIME ZONE 'Asia/Seoul'),
  CONSTRAINT who_has_left_says_when CHECK ((status = 3) = (left_at_us IS NOT NULL)),
  CONSTRAINT who_is_not_a_member_keeps_no_telephone CHECK (status < 3 OR phone_index IS NULL)
);
CREATE INDEX member_opening ON member (joined_at_us) WHERE status = 1;

CREATE TABLE consent (
  consent_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  member_id    bigint  NOT NULL,
  purpose      text    NOT NULL,
  text_version text    NOT NULL,
  given        boolean NOT NULL,
  at_us        bigint  NOT NULL,
  CONSTRAINT a_consent_is_a_members FOREIGN KEY (member_id) REFERENCES member,
  CONSTRAINT a_consent_names_its_purpose CHECK (purpose ~ '^[a-z][a-z-]*$'),
  CONSTRAINT a_consent_names_the_text_that_was_shown CHECK (text_version <> '')
);
CREATE INDEX consent_by_member ON consent (member_id, consent_id);
CREATE TRIGGER consents_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON consent
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What an official or the member changed, and who did it.
CREATE TABLE member_change (
  change_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  member_id   bigint NOT NULL,
  what        text   NOT NULL,
  was         text   NOT NULL,
  became      text   NOT NULL,
  at_us       bigint NOT NULL,
  changed_by  text   NOT NULL,
  request_key bytea  NOT NULL,
  CONSTRAINT a_change_is_of_a_member FOREIGN KEY (member_id) REFERENCES member,
  CONSTRAINT the_same_change_twice_is_one UNIQUE (request_key)
);
CREATE INDEX member_change_by_member ON member_change (member_id, change_id);
CREATE TRIGGER changes_of_members_are_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON member_change
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
