"""Runs sql/0009_coupons.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
