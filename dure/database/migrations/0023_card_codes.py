"""Runs sql/0023_card_codes.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
