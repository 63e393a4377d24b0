"""The folder in which mutmut works: it needs the package below `src`, and configuration there."""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from mutmut.stats import status_by_exit_code

from tests.mutation.rooms import Room
from tests.mutation.verdict import KILLED

ROOT = Path(__file__).parents[2]
PACKAGE = Path("src/connector")
COPIED = ("tests", "simulators", "local", "docs", "events", "functions", "template.yaml")
WORDS = r'^\s*(\w+ = |return |raise \w+\()?f?"[^"]*[a-z,.] [^"]*"[,)]*( from \w+)?$'
"""Lines that are part of a sentence for a person: other words are no other behaviour."""

NOT_COPIED = shutil.ignore_patterns("__pycache__", "simulation_full", "e2e")


def prepare(folder: Path, room: Room) -> None:
    """Make the folder anew; what mutmut knows of unchanged functions stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (PACKAGE, *COPIED):
        target = folder / name
        if target.is_dir():
            shutil.rmtree(target)
    shutil.copytree(ROOT / "layers/connector/connector", folder / PACKAGE, ignore=NOT_COPIED)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=NOT_COPIED)
        else:
            shutil.copy2(ROOT / name, folder / name)
    (folder / "pyproject.toml").write_text("\n".join(_configuration(room)) + "\n")
    _forget(folder, room)


def _forget(folder: Path, room: Room) -> None:
    """Forget what mutmut knows of modules that are gone, or are of another room by now."""
    modules = {path for one in room.modules for path in (folder / PACKAGE).glob(one)}
    for meta in (folder / "mutants").rglob("*.meta"):
        if folder / meta.relative_to(folder / "mutants").with_suffix("") not in modules:
            meta.unlink()


def _configuration(room: Room) -> Iterator[str]:
    """Yield the lines of a configuration for pytest and mutmut."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    markers = project["tool"]["pytest"]["ini_options"]["markers"]
    yield "[tool.pytest.ini_options]"
    yield 'pythonpath = [".", "src"]'
    yield f"markers = {markers}"
    yield "[tool.mypy]"
    yield "strict = true"
    yield "explicit_package_bases = true"
    yield 'mypy_path = ["src"]'
    yield 'plugins = ["pydantic.mypy"]'
    yield 'disable_error_code = ["untyped-decorator", "unused-ignore"]'
    yield "[tool.mutmut]"
    yield 'source_paths = ["src"]'
    yield f"only_mutate = {[f'{PACKAGE}/{one}' for one in room.modules]}"
    yield f"also_copy = {list(COPIED)}"
    yield f"pytest_add_cli_args_test_selection = {list(room.tests)}"
    options = ["--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:xdist"]
    yield f"pytest_add_cli_args = {[*options, '-m', 'not full and not sandbox']}"
    yield f"type_check_command = {_type_check(room)}"
    yield f"do_not_mutate_patterns = {json.dumps([WORDS])}"
    yield "use_git_change_detection = false"
    yield "timeout_constant = 15.0"
    yield "timeout_multiplier = 2.0"


def _type_check(room: Room) -> list[str]:
    """Return the command that finds the mutants which the types of the project do not let pass."""
    modules = [f"src/connector/{one.removesuffix('/*')}" for one in room.modules]
    kept = f"--cache-dir={ROOT / '.mutants/types'}"
    return [sys.executable, "-m", "mypy", kept, "--output", "json", *modules]


def mutate(folder: Path, *, workers: int) -> None:
    """Try every mutant that was not tried before, or lived: there may be new tests."""
    for meta in (folder / "mutants").rglob("*.meta"):
        kept = json.loads(meta.read_text())
        ended = kept["exit_code_by_key"]
        kept["exit_code_by_key"] = {
            own: code if status_by_exit_code[code] in KILLED else None
            for own, code in ended.items()
        }
        meta.write_text(json.dumps(kept))
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(workers)]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - our own arguments
