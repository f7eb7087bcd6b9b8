"""Registers the money tables' SQL with Django's migrations; there are no models here."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """The app whose migrations run the files in `sql/`."""

    name = "dure.database"
    label = "database"
