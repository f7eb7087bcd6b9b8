"""`dure web`: serves the pages and the partners' API; makes API keys and pictures of the page."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from dure.kernel.arguments import at_least_one, port
from dure.kernel.database.home import home_directory
from dure.kernel.database.server import open_database


def main(args: Sequence[str]) -> int:
    """Run one of the web commands; without one, serve. Returns the exit status."""
    chosen = _parser().parse_args(args)
    if chosen.action == "screenshots":
        from dure.web.screenshots import take_pictures

        directory = chosen.directory or (
            str(home_directory() / "pictures") if chosen.app else "docs/images"
        )
        return take_pictures(chosen.address, directory, chosen.suffix, of_app=chosen.app)
    if chosen.action == "icons":
        from dure.web.citizen.pwa.icons import draw_icons

        print("\n".join(map(str, draw_icons())))
        return 0
    with open_database() as info:
        os.environ["DATABASE_URL"] = info.url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
        if chosen.action == "api-key":
            from dure.web.api.key_command import change_keys

            return change_keys(chosen)
        from dure.web.server import serve

        return serve(chosen.host, chosen.port, threads=chosen.threads, workers=chosen.workers)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dure web", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=port, default=8000, help="the port to listen on")
    parser.add_argument("--threads", type=int, default=16, help="requests served at a time")
    parser.add_argument("--workers", type=int, default=1, help="processes that serve")
    actions = parser.add_subparsers(dest="action")
    pictures = actions.add_parser("screenshots", help="take pictures of the running page")
    pictures.add_argument("--address", default="http://127.0.0.1:8000", help="where the page is")
    pictures.add_argument("--directory", help="where they go (docs/images, or .dure/pictures)")
    pictures.add_argument("--app", action="store_true", help="of the citizen's app, every page")
    pictures.add_argument("--suffix", default="", help="a word added to the names")
    actions.add_parser("icons", help="draw the app's icons from its SVG")
    keys = actions.add_parser("api-key", help="make, list and revoke the partners' API keys")
    key_actions = keys.add_subparsers(dest="key_action", required=True)
    create = key_actions.add_parser("create", help="make a key and show it this once")
    create.add_argument("--partner", required=True, help="whose key it is")
    create.add_argument("--scopes", required=True, help="what it may do, separated by commas")
    help_ = "most requests in a minute"
    create.add_argument("--per-minute", type=at_least_one, default=600, help=help_)
    key_actions.add_parser("list", help="show every key but not the secret")
    revoke = key_actions.add_parser("revoke", help="end a key at once")
    revoke.add_argument("key_id", type=int)
    return parser
