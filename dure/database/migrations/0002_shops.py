"""Runs sql/0002_shops.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
