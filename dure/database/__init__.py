"""The SQL of the money tables in order, run by three-line Django migrations."""
