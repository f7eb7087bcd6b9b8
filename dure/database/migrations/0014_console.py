"""Runs sql/0014_console.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
