"""`dure web api-key`: makes, lists and revokes the partners' keys."""

from __future__ import annotations

import argparse
import sys

import django
from django.db import connection

from dure.web.api.keys import Scope, ScopeUnknownError, create_key, list_keys, revoke_key
from dure.web.shared.store import database


def change_keys(chosen: argparse.Namespace) -> int:
    """Carries out one `api-key` command; returns the exit status."""
    django.setup()
    try:
        if chosen.key_action == "create":
            return _create(chosen)
        if chosen.key_action == "revoke":
            return _revoke(chosen.key_id)
        return _list()
    finally:
        connection.close()


def _create(chosen: argparse.Namespace) -> int:
    scopes = [scope.strip() for scope in chosen.scopes.split(",") if scope.strip()]
    if scopes == ["all"]:
        scopes = [scope.value for scope in Scope]
    try:
        key_id, text = create_key(
            database(),
            partner=chosen.partner,
            scopes=scopes,
            requests_per_minute_max=chosen.per_minute,
        )
    except ScopeUnknownError as error:
        known = ", ".join(scope.value for scope in Scope)
        print(f"unknown scope: {error}. Known: {known}, or all", file=sys.stderr)
        return 2
    print(text)
    print(f"Key {key_id} of {chosen.partner}. It is not shown again.", file=sys.stderr)
    return 0


def _revoke(key_id: int) -> int:
    if not revoke_key(database(), key_id):
        print(f"There is no key {key_id} to revoke.", file=sys.stderr)
        return 1
    print(f"Key {key_id} is revoked.")
    return 0


def _list() -> int:
    for key_id, partner, scopes, per_minute, made_at, revoked_at in list_keys(database()):
        state = f"revoked {revoked_at:%Y-%m-%d}" if revoked_at else "valid"
        print(
            f"{key_id}\t{state}\t{partner}\t{per_minute}/min\t{made_at:%Y-%m-%d}\t"
            + ",".join(scopes)
        )
    return 0
