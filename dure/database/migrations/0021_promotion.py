"""Runs sql/0021_promotion.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
