"""Runs sql/0006_demo.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
