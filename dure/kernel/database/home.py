"""The directory that keeps what one installation owns: its database, its secrets, its run state."""

import json
import os
import secrets
from pathlib import Path

import dure
from dure.kernel.database.failures import DatabaseError


def home_directory() -> Path:
    """Say where this installation keeps its own things; the directory need not exist yet.

    `DURE_HOME` decides; without it `.dure` in the checkout that holds this package, and for an
    installed package `.dure` in the current directory.
    """
    chosen = os.environ.get("DURE_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    checkout = Path(dure.__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file():
        return checkout / ".dure"
    return Path.cwd() / ".dure"


class HomeUnusableError(DatabaseError):
    """The home directory is not there and cannot be made; the message names another way."""


def make_home(home: Path) -> None:
    """Create the directory if it is missing.

    Root lets others pass through (not look in): the account that PostgreSQL runs under must reach
    its data below. Every secret in it is a file that only its owner may read.

    Raises HomeUnusableError where it cannot be made: a file is in its place, the disk is full, or
    nobody may write there.
    """
    if home.is_dir():
        return
    try:
        home.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise HomeUnusableError(
            f"{home} 폴더를 만들 수 없습니다. DURE_HOME에 쓸 수 있는 폴더를 적으세요. / "
            f"cannot make the directory {home} ({error.strerror}): "
            "set DURE_HOME to one that may be written"
        ) from error


def keep_secret(home: Path, name: str) -> str:
    """Return the secret of that name, generating it (256 random bits) at its first use.

    Two processes that ask at once get the same answer: the first file linked into place stays.
    """
    path = home / f"{name}.secret"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    make_home(home)
    draft = home / f".{name}.{secrets.token_hex(8)}"
    write_private(draft, secrets.token_urlsafe(32) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # Another process was faster, and its secret is the one.
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def read_json(path: Path) -> dict[str, object] | None:
    """Read a JSON object; None when the file is missing or was never written whole."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return content if isinstance(content, dict) else None
