"""Runs sql/0018_notices.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
