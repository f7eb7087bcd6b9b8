"""Runs sql/0020_places.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
