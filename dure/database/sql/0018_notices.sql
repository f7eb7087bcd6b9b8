-- What members are told: notices in the app, and as text messages for who wants them.

-- kind and facts are what `dure.people.notice_kinds` makes the sentence of, in the reader's language.
-- told_at_us is of the city's clock, read_at_us of the same. sms: 0 not sent as a text message, 1 to be
-- sent, 2 handed to the telephone company, 3 given up.
CREATE TABLE member_notice (
  notice_id  bigint   GENERATED ALWAYS AS IDENTITY,
  member_id  bigint   NOT NULL REFERENCES member,
  kind       text     NOT NULL,
  key        text     NOT NULL,
  facts      jsonb    NOT NULL,
  told_at_us bigint   NOT NULL,
  read_at_us bigint,
  sms        smallint NOT NULL DEFAULT 0,
  sms_tries  smallint NOT NULL DEFAULT 0,
  CONSTRAINT notices_are_numbered PRIMARY KEY (notice_id),
  CONSTRAINT a_member_is_told_once_under_a_key UNIQUE (member_id, key),
  CONSTRAINT a_notice_names_its_kind CHECK (kind ~ '^[a-z][a-z-]*$'),
  CONSTRAINT a_notice_is_told_under_a_key CHECK (key <> ''),
  CONSTRAINT a_text_message_is_not_wanted_due_sent_or_given_up CHECK (sms BETWEEN 0 AND 3)
);
CREATE INDEX member_notice_newest ON member_notice (member_id, notice_id);
CREATE INDEX member_notice_unread ON member_notice (member_id) WHERE read_at_us IS NULL;
CREATE INDEX member_notice_sms_due ON member_notice (notice_id) WHERE sms = 1;

-- Who wants notices as text messages too; what protects the member is always sent.
CREATE TABLE member_notice_wish (
  member_id bigint  NOT NULL REFERENCES member,
  by_sms    boolean NOT NULL,
  at_us     bigint  NOT NULL,
  CONSTRAINT a_member_has_one_wish_about_notices PRIMARY KEY (member_id)
);
