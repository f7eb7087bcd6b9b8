"""Runs gunicorn with threads inside `dure web`, in production and on a desk alike."""

from __future__ import annotations

from typing import Any

from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from dure.web.warming import warm_up

BODY_LINE_BYTES_MAX = 4_094
GRACE_S = 10


class PageServer(BaseApplication):  # type: ignore[misc, unused-ignore]
    """One gunicorn with the settings given here and no configuration file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()


def serve(host: str, port: int, *, threads: int, workers: int = 1) -> int:
    """Serve until SIGTERM or SIGINT; requests that run then are finished first."""
    PageServer(
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": threads,
            "keepalive": 30,
            "graceful_timeout": GRACE_S,
            "limit_request_line": BODY_LINE_BYTES_MAX,
            "proc_name": "dure web",
            "control_socket_disable": True,
            "post_worker_init": lambda worker: warm_up(),
        }
    ).run()
    return 0
