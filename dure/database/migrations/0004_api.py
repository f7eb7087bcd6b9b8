"""Runs sql/0004_api.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
