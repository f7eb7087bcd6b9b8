"""`dure engine`: runs the engine of this home until it is told to stop."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from dure.engine.fence import ShardTakenError
from dure.engine.server import serve
from dure.engine.settings import EngineSettings, socket_path
from dure.kernel.database.server import home_directory, open_database


def main(args: Sequence[str]) -> int:
    """Serves until SIGTERM; exit status 3 when another engine owns the shards."""
    parser = argparse.ArgumentParser(prog="dure engine", description=__doc__)
    parser.add_argument("--socket", type=Path, help="where to listen (default: in DURE_HOME)")
    parser.add_argument("--shard-from", type=int, default=0)
    parser.add_argument("--shard-until", type=int, default=64)
    parser.add_argument("--batch-max", type=int, default=EngineSettings().batch_max)
    parser.add_argument("--queue-max", type=int, default=EngineSettings().queue_max)
    parser.add_argument("--patience", type=float, default=EngineSettings().takeover_patience_s)
    chosen = parser.parse_args(args)
    if not 0 <= chosen.shard_from < chosen.shard_until <= 64:
        parser.error("shards are numbered from 0 to before 64, and an engine owns at least one")
    settings = EngineSettings(
        batch_max=chosen.batch_max,
        queue_max=chosen.queue_max,
        shard_from=chosen.shard_from,
        shard_until=chosen.shard_until,
        takeover_patience_s=chosen.patience,
    )
    with open_database() as info:
        path = chosen.socket or socket_path(home_directory())
        try:
            uvloop.run(serve(info.url, path, settings))
        except ShardTakenError as error:
            print(f"dure engine: {error}", file=sys.stderr)
            return 3
    return 0
