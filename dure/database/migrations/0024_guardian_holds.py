"""Runs sql/0024_guardian_holds.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
