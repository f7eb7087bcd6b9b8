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

-- What a member's months add up to, so that a year is shown without walking through it; a row says which
-- movement was the month's last, where a walk through the month begins. Written when somebody looks, from
-- the journal alone: it can be thrown away at any time. Months are those of recording, for a month that
-- is over never changes then. paid_won is what left the purses for shops, less what came back.
CREATE TABLE member_month (
  member_id    bigint  NOT NULL,
  month        integer NOT NULL,
  last_id      bigint  NOT NULL,
  payments     integer NOT NULL,
  paid_won     bigint  NOT NULL,
  discount_won bigint  NOT NULL,
  earned_won   bigint  NOT NULL,
  charged_won  bigint  NOT NULL,
  CONSTRAINT a_member_has_one_row_for_a_month PRIMARY KEY (member_id, month)
);

-- The income deduction for what is paid with local currency, as dated data: shares of the sum paid, in
-- basis points, for payments from a month on. What is paid from the cashback purse was given, not spent.
CREATE TABLE deduction_rate (
  from_month      integer NOT NULL,
  ordinary_bp     integer NOT NULL,
  market_bp       integer NOT NULL,
  counts_cashback boolean NOT NULL DEFAULT false,
  source          text    NOT NULL,
  CONSTRAINT one_rate_of_deduction_begins_in_a_month PRIMARY KEY (from_month),
  CONSTRAINT a_deduction_is_a_share CHECK (ordinary_bp BETWEEN 0 AND 10000 AND market_bp BETWEEN 0 AND 10000)
);
INSERT INTO deduction_rate (from_month, ordinary_bp, market_bp, source) VALUES
  (201801, 3000, 4000, '조세특례제한법 제126조의2 (Restriction of Special Taxation Act, article 126-2)'),
  (202003, 6000, 8000, '조세특례제한법 제126조의2, 2020-03-23 개정: 2020년 3월 사용분 (as amended, for March 2020)'),
  (202004, 8000, 8000, '조세특례제한법 제126조의2, 2020-05-19 개정: 2020년 4월~7월 사용분 (as amended, for April to July 2020)'),
  (202008, 3000, 4000, '조세특례제한법 제126조의2 (Restriction of Special Taxation Act, article 126-2)'),
  (202304, 3000, 5000, '조세특례제한법 제126조의2: 2023년 4월~12월 전통시장 사용분 (for markets, April to December 2023)'),
  (202401, 3000, 4000, '조세특례제한법 제126조의2 (Restriction of Special Taxation Act, article 126-2)');

-- Uses that the deduction leaves out, by the beginning of the shop's standard industry code (KSIC).
CREATE TABLE deduction_exclusion (
  sector_begins text    NOT NULL,
  from_month    integer NOT NULL,
  name_ko       text    NOT NULL,
  name_en       text    NOT NULL,
  source        text    NOT NULL,
  CONSTRAINT a_use_is_left_out_once PRIMARY KEY (sector_begins, from_month),
  CONSTRAINT a_use_is_named_by_its_industry CHECK (sector_begins ~ '^[0-9]{2,5}$')
);
INSERT INTO deduction_exclusion (sector_begins, from_month, name_ko, name_en, source)
SELECT begins, 201801, ko, en, '조세특례제한법 시행령 제121조의2제6항 (Enforcement Decree, article 121-2 (6))'
FROM (VALUES
  ('35', '전기·가스', 'electricity and gas'),
  ('36', '수도', 'water'),
  ('451', '새 자동차', 'new cars'),
  ('612', '전화·인터넷', 'telephone and internet'),
  ('64', '금융', 'finance'),
  ('65', '보험', 'insurance'),
  ('66', '금융·보험 서비스', 'financial and insurance services'),
  ('681', '임대료', 'rent'),
  ('84', '세금·공과금', 'taxes and public charges'),
  ('851', '유치원·초등학교 수업료', 'tuition of kindergartens and primary schools'),
  ('852', '중·고등학교 수업료', 'tuition of secondary schools'),
  ('853', '대학 등록금', 'tuition of universities')) AS law(begins, ko, en);
