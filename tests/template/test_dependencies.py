import ast
import re
import subprocess
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

import pynamodb as pynamodb_package
import pytest

from tests.template.reading import ROOT

PACKAGE = ROOT / "layers/connector/connector"
FOLDER = ROOT / "layers" / "dependencies"
EXPORT = "export --frozen --offline --no-dev --no-header --no-annotate --no-emit-project --quiet"
CHECKOV = (ROOT / ".checkov.yaml").read_text()
ALLOWED = {
    "Apache Software License",
    "Apache-2.0",
    "AFL-2.1",
    "BSD License",
    "BSD-3-Clause",
    "MIT",
    "MIT License",
    "MIT No Attribution License (MIT-0)",
    "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)",
    "PSF-2.0",
    "Python Software Foundation License",
}
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
    assert sorted(path.name for path in FOLDER.iterdir()) == ["Makefile", "requirements.txt"]
    assert "--require-hashes" in (FOLDER / "Makefile").read_text()


def test_what_is_deployed_is_under_licences_that_ask_for_no_source_of_ours() -> None:
    names = re.findall(r"^([\w-]+)==", (FOLDER / "requirements.txt").read_text(), re.MULTILINE)
    licences = {name: _licences(metadata(name)) for name in names}

    assert {name: text for name, text in licences.items() if not text <= ALLOWED} == {}


def _licences(about: PackageMetadata) -> set[str]:
    """What a package says of its licence: as an expression, by classifiers, or in a word."""
    told = [one for one in about.get_all("Classifier") or () if one.startswith("License ::")]
    expression = about.get("License-Expression") or about.get("License") or ""
    return {one.rpartition(" :: ")[2] for one in told} or set(re.split(r" AND | OR ", expression))


@pytest.mark.parametrize(
    "line", [one for one in CHECKOV.splitlines() if re.match(r"\s+- CKV", one)]
)
def test_each_check_of_the_template_that_is_left_out_has_its_reason(line: str) -> None:
    assert re.fullmatch(r"  - CKV_AWS_\d+ +# \w.{20,}", line)


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
