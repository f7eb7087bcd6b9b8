"""Compiles functions over integers and arrays to machine code; where it is kept between runs.

Nothing of the payment path imports this: starting a city costs no compiler.

Note [Kept machine code]
numba throws a function's kept code away when the file changes in which the function stands, but not
when one changes that it calls or takes a constant from. Stale code here would be wrong money. So
the code is kept in a folder named by a digest of every source that it is made of.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])

_HERE: Final = Path(__file__).parent
_PLAYERS: Final = (
    _HERE,
    *(_HERE.parents[1] / "forecast" / name for name in ("history", "simulate")),
)
"""Where functions in machine code stand. Their sources are read, nothing of them is imported."""
_OTHER_SOURCES: Final = (
    _HERE.parent / "lines.py",
    _HERE.parents[1] / "kernel" / "calendar.py",
    _HERE.parents[1] / "kernel" / "money.py",
)


def digest_of_sources() -> str:
    """Names the sources of the machine code, as they are now."""
    digest = hashlib.sha256()
    own = [path for folder in _PLAYERS for path in sorted(folder.glob("*.py"))]
    for path in (*own, *_OTHER_SOURCES):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def kept_in() -> Path | None:
    """The folder of the kept code, made when it was not there; None where nothing can be kept.

    It lies in `NUMBA_CACHE_DIR`, else in `dure` below the user's cache. Only a folder of the user's
    own will do: whoever can write there decides what runs.
    """
    named = os.environ.get("NUMBA_CACHE_DIR")
    caches = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    folder = (Path(named) if named else Path(caches) / "dure") / f"arrays-{digest_of_sources()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        writable = os.access(folder, os.W_OK) and folder.stat().st_uid == os.geteuid()
    except (OSError, RuntimeError):
        return None
    return folder if writable else None


_KEPT_IN: Final = kept_in()
if _KEPT_IN is not None:
    vars(numba.config)["CACHE_DIR"] = str(_KEPT_IN)
_OPTIONS: Final[dict[str, Any]] = {
    "nopython": True,
    "nogil": True,
    "error_model": "numpy",
    "_nrt": False,  # No references are counted: what comes in outlives the call, nothing is made.
    "cache": _KEPT_IN is not None,
}


def machine_code(function: Function) -> Function:
    """The function in machine code, compiled when it is first called; runs beside other threads.

    Where nothing can be kept it is compiled in each process anew, which takes seconds and changes
    no result.
    """
    return cast(Function, numba.jit(function, **_OPTIONS))


def inlined(function: Function) -> Function:
    """Machine code for functions that only other machine code calls: written into its callers.

    A call would count references to every array that it is handed, which takes longer than what
    the functions do.
    """
    alone = {"cache": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast(Function, numba.jit(function, forceinline=True, **_OPTIONS | alone))
