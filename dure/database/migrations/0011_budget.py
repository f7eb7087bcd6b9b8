"""Runs sql/0011_budget.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
