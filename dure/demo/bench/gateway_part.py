"""`dure bench gateway`: bytes to bytes over TCP."""

from __future__ import annotations

from dure.demo.bench.home import BenchHome
from dure.demo.bench.plan import Plan
from dure.demo.bench.results import Figures


def measure_gateway(home: BenchHome, database: str, plan: Plan) -> Figures:
    """Measures the gateway."""
    raise NotImplementedError
