"""Runs sql/0005_live.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
