"""The signing keys of officials (Ed25519), sealed like every key of this installation.

Each is made at its official's first use. They lie in a ring of their own, which no process of the
card trade opens. A city whose officials hold keys on cards of their own signs there instead: all
that the log asks for is the public key and the signature.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.kernel.keys import keep_key

_RING: Final = "officials.json"
_KEY_BYTES: Final = 32


def signing_key(
    home: Path, official: str, environment: Mapping[str, str] = os.environ
) -> Ed25519PrivateKey:
    """The official's key in this installation, made at its first use. Raises MasterKeyError."""
    name = f"sign:{official}"
    raw = keep_key(home, _RING, name, lambda: secrets.token_bytes(_KEY_BYTES), environment)
    return Ed25519PrivateKey.from_private_bytes(raw)
