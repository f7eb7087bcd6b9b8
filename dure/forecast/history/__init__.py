"""What members have paid, kept in columns beside the database and brought up to date from the
journal."""
