"""Runs sql/0022_desk.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
