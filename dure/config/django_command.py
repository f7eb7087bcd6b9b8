"""`dure django`: Django's own commands, such as collectstatic, with our settings."""

import os
from collections.abc import Sequence

from django.core.management import execute_from_command_line


def main(args: Sequence[str]) -> int:
    """Run a management command; it ends the process itself when it fails."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    execute_from_command_line(["dure django", *args])
    return 0
