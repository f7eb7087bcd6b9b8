"""Runs sql/0012_rulebook.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
