"""Triple DES for psec and pyemv under the name that today's `cryptography` gives it.

The card trade still runs on double-length DES keys. psec and pyemv ask `cryptography` for the
cipher under its former name and with keys of 8 or 16 bytes; both still work but warn at every call.
Importing this module once puts the cipher back under its old name, with the keys written out to the
24 bytes that mean the same.
"""

from __future__ import annotations

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import algorithms


def triple_des(key: bytes) -> TripleDES:
    """The cipher under a key of one, two or three parts of 8 bytes each."""
    if len(key) == 8:
        key = key * 3
    elif len(key) == 16:
        key = key + key[:8]
    return TripleDES(key)


algorithms.TripleDES = triple_des  # type: ignore[attr-defined,assignment,misc,unused-ignore]
