"""The way to PostgreSQL: the embedded server's life-cycle and the connection settings."""
