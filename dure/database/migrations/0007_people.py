"""Runs sql/0007_people.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
