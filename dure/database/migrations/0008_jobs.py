"""Runs sql/0008_jobs.sql."""

from dure.database.sql_files import sql_migration

Migration = sql_migration(__file__)
