-- Which synthetic city was loaded: whoever knows these three numbers draws the same city again.
CREATE TABLE demo_city (
  one          boolean PRIMARY KEY DEFAULT true,
  members      integer NOT NULL,
  shops        integer NOT NULL,
  seed         bigint  NOT NULL,
  loaded_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT there_is_one_demo_city CHECK (one),
  CONSTRAINT a_demo_city_has_people_and_shops CHECK (members > 0 AND shops > 0)
);
