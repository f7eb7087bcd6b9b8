"""Runs sql/0019_gifts.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
