"""A synthetic city of Incheon's shape and the card traffic of its people; all of it invented."""
