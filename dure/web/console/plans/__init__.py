"""Proposals of plans that last."""
