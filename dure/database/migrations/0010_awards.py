"""Runs sql/0010_awards.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
