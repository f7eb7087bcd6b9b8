"""Three-line wrappers, one for each file in dure/database/sql."""
