"""Measures the engine, the gateway and growth on this machine: `dure bench`."""
