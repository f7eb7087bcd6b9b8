"""Nightly and due work on a queue in PostgreSQL."""
