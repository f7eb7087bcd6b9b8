-- Which shops a member likes, and how often a shop stood on the shelf of the home page. Where a shop is
-- stands with the shop itself (latitude and longitude of 0002_shops.sql).

CREATE TABLE member_favorite (
  member_id   bigint  NOT NULL,
  shop_id     integer NOT NULL,
  added_at_us bigint  NOT NULL,
  CONSTRAINT a_member_likes_a_shop_once PRIMARY KEY (member_id, shop_id),
  CONSTRAINT a_favorite_is_a_members FOREIGN KEY (member_id) REFERENCES member,
  CONSTRAINT a_favorite_is_a_shop FOREIGN KEY (shop_id) REFERENCES shop
);

-- Note [Views of the shelf]
-- Views of a day of the city, all members together; nothing says who looked. The rule of the shelf needs
-- no count (dure/merchants/shelf.py): this is the proof that it does what it says.
CREATE TABLE shelf_view (
  day     date    NOT NULL,
  shop_id integer NOT NULL,
  views   bigint  NOT NULL,
  CONSTRAINT a_shop_has_one_count_of_views_for_a_day PRIMARY KEY (day, shop_id),
  CONSTRAINT views_are_of_a_shop FOREIGN KEY (shop_id) REFERENCES shop,
  CONSTRAINT a_count_of_views_is_of_some CHECK (views > 0)
);
CREATE INDEX shelf_view_by_shop ON shelf_view (shop_id, day);
