"""The tree itself: what is locked, how long pages are, and where imports may point."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from dure.database.sql_files import WRAPPER, WRAPPERS, sql_file_names

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
MODULES = sorted((ROOT / "dure").rglob("*.py"))

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70


def source_files() -> Iterator[Path]:
    """Give every file that a person wrote (without git: a downloaded archive has none)."""
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in ("dure", "tests", "docs", ".ci"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def locked(path: Path) -> dict[str, set[str]]:
    """Return the versions of each name in a lock file (more than one where Pythons differ)."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.+-]+)", path.read_text(), re.MULTILINE):
        versions.setdefault(name, set()).add(version)
    return versions


def imported(module: Path) -> set[str]:
    """Return the top-level names that a module imports anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_it_locks_names_versions_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "@" not in text
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert len(requirements) >= 2
    for requirement in requirements:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", requirement), requirement


def test_it_locks_everything_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split(r"[\[<>=;]", requirement)[0].lower() for requirement in named}
    assert names <= set(locked(ROOT / "requirements-dev.lock"))


def test_it_names_every_package_that_it_imports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = {
        re.split(r"[\[<>=;]", requirement)[0].lower()
        for requirement in project["project"]["dependencies"]
    }
    named |= {"playwright"}  # Only `dure web screenshots` wants it, and says so when it is missing.
    distributions = packages_distributions()
    for module in MODULES:
        for package in imported(module) - set(sys.stdlib_module_names) - {"dure"}:
            carriers = {name.lower() for name in distributions.get(package, [package])}
            assert carriers & named, f"{module} imports {package}, which nothing declares"


def test_it_tests_with_the_versions_that_it_runs_with() -> None:
    run = locked(ROOT / "requirements.lock")
    test = locked(ROOT / "requirements-dev.lock")
    assert {name: test.get(name) for name in run} == run


def test_it_knows_nothing_of_the_machine_it_was_written_on() -> None:
    places = {str(ROOT) + "/", str(Path.home()) + "/", str(Path(sys.prefix).resolve())} - {"//"}
    for path in source_files():
        text = path.read_bytes().decode("utf-8", "replace")
        assert not [place for place in places if place in text], path


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_keeps_modules_and_functions_on_a_page(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    lines = text.count("\n")
    assert lines < MODULE_LINES_MAX, f"the module has {lines} lines: it has two subjects"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            length = node.end_lineno - node.lineno + 1
            assert length < FUNCTION_LINES_MAX, f"{node.name} has {length} lines"


def test_it_keeps_the_import_contracts() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_wraps_every_sql_file_in_three_lines() -> None:
    wrappers = {path.stem: path.read_text() for path in WRAPPERS.glob("[0-9]*.py")}
    assert wrappers == {name: WRAPPER.format(name=name) for name in sql_file_names()}


def test_it_lists_every_make_target_in_its_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert phony is not None
    described = set(re.findall(r"^([a-z-]+):.*?## ", text, re.MULTILINE))
    assert described == set(phony.group(1).split())
