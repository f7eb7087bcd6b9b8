"""Runs sql/0016_citizen.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
