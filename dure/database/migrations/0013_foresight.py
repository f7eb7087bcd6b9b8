"""Runs sql/0013_foresight.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
