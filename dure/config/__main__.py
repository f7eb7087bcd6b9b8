"""`python -m dure.config` is `dure`, for a supervisor that starts its own kind."""

from dure.config.cli import main

main()
