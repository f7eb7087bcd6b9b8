"""Runs sql/0001_money.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
