import ast
import re
import subprocess
from pathlib import Path

import pynamodb as pynamodb_package

from tests.template.reading import ROOT

PACKAGE = ROOT / "layers/connector/connector"
FOLDER = ROOT / "layers" / "dependencies"
EXPORT = (
    "export --frozen --offline --no-dev --no-hashes --no-header --no-annotate --no-emit-project "
    "--quiet"
)
NOT_AT_RUN_TIME = {
    "boto3-stubs",
    "moto",
    "ministack",
    "aws-sam-translator",
    "rich",
    "aiohttp",
    "typer",
}


def test_the_layer_has_exactly_the_locked_packages() -> None:
    exported = subprocess.run(  # noqa: S603 - our own tool
        [ROOT / ".tools" / "uv" / "bin" / "uv", *EXPORT.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert (FOLDER / "requirements.txt").read_text() == exported, f"run: uv {EXPORT}"


def test_nothing_that_only_developers_need_is_deployed() -> None:
    names = re.findall(r"^[\w-]+", (FOLDER / "requirements.txt").read_text(), re.MULTILINE)

    assert set(names) & NOT_AT_RUN_TIME == set()


def test_the_folder_of_the_layer_holds_nothing_else() -> None:
    assert [path.name for path in FOLDER.iterdir()] == ["requirements.txt"]


def _private(tree: ast.AST) -> set[str]:
    """Return the names with an underscore that a file imports or asks an object for."""
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    asked |= {part for node in imports for one in node.names for part in one.name.split(".")}
    asked |= {part for node in imports for part in (getattr(node, "module", "") or "").split(".")}
    return {name for name in asked if name.startswith("_") and not name.startswith("__")}


def test_no_private_part_of_pynamodb_is_used() -> None:
    pynamodb = Path(pynamodb_package.__file__).parent.rglob("*.py")
    theirs = set().union(*(_private(ast.parse(path.read_text())) for path in pynamodb))
    assert "_get_connection" in theirs
    users = [path for path in PACKAGE.rglob("*.py") if "pynamodb" in path.read_text()]
    assert users
    used = {path.name: _private(ast.parse(path.read_text())) & theirs for path in users}

    assert {name: found for name, found in used.items() if found} == {}
