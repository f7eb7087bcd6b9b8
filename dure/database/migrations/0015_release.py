"""Runs sql/0015_release.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
