"""Runs sql/0017_pay.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
