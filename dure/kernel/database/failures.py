"""What every reason for having no database has in common."""


class DatabaseError(Exception):
    """There is no database to work with; the message tells a person what to do about it."""
