"""pgbench's own figure (its TPC-B-like transaction) on the same server, to measure against."""

from __future__ import annotations

import re
import subprocess

from psycopg.conninfo import conninfo_to_dict

from dure.demo.bench.home import BenchHome
from dure.demo.bench.results import Figures, median_of

DATABASE = "tpcb"
CLIENTS = 8


def measure_tpcb(home: BenchHome, scale: int, seconds: float, runs: int) -> Figures:
    """Medians of pgbench's transactions a second: prepared statements, the clients that suit it."""
    home.add_database(DATABASE)
    _pgbench(home, "--initialize", "--quiet", f"--scale={scale}")
    done = []
    for _ in range(runs):
        said = _pgbench(
            home, f"--client={CLIENTS}", "--jobs=1", f"--time={max(1, round(seconds))}",
            "--protocol=prepared", "--no-vacuum",
        )  # fmt: skip
        found = re.search(r"^tps = ([0-9.]+)", said, re.MULTILINE)
        assert found is not None, said
        done.append({"per_s": float(found[1])})
    home.drop_database(DATABASE)
    return {"pgbench_tpcb_per_s": median_of(done, "per_s"), "scale": scale, "clients": CLIENTS}


def _pgbench(home: BenchHome, *options: str) -> str:
    place = home.place
    address = conninfo_to_dict(home.database(DATABASE).url)
    # By the environment, because every user of the machine may read a command line.
    environment = {
        "PGHOST": str(address["host"]),
        "PGPORT": str(address["port"]),
        "PGUSER": str(address["user"]),
        "PGPASSWORD": str(address["password"]),
        "PGDATABASE": DATABASE,
    }
    done = subprocess.run(
        [place.program("pgbench"), *options],
        env=place.environment() | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
