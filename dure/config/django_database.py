"""Says in Django's words where a database is."""

from psycopg.conninfo import conninfo_to_dict

SESSION_MAX_AGE_S = 60


def django_database(url: str) -> dict[str, object]:
    """Return Django's settings for the database of a libpq URL."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": SESSION_MAX_AGE_S,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }
