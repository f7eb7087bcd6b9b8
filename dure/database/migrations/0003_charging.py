"""Runs sql/0003_charging.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
