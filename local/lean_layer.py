"""Make the layer of third-party packages lean: what no function reads goes.

botocore brings a description of each of some four hundred services; a client reads its own.
Modules are shipped compiled, without their sources.
"""

import ast
import shutil
from collections.abc import Iterator
from compileall import compile_dir
from functools import cache
from pathlib import Path
from py_compile import PycInvalidationMode

from local.runtime import ROOT

LAYER = ROOT / ".aws-sam" / "build" / "DependenciesLayer"
CONNECTOR = ROOT / "layers" / "connector" / "connector"
OF_THE_TABLE = "dynamodb"
"""The service that pynamodb calls; all others are named where their client is made."""


@cache
def services_called(package: Path = CONNECTOR) -> frozenset[str]:
    """Return the services of AWS that the functions call, as botocore names them.

    Raises:
        ValueError: somewhere a client is made whose service is not written out.
    """
    return frozenset(
        {OF_THE_TABLE, *(one for path in package.rglob("*.py") for one in _clients(path))}
    )


def _clients(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(
                ast.Attribute(ast.Name("aws"), "client"), [ast.Constant(str(service)), *_]
            ):
                yield service
            case ast.Call(ast.Attribute(ast.Name("aws"), "client")):
                raise ValueError(f"{path}:{node.lineno} does not name the service of its client")


def descriptions(layer: Path) -> list[Path]:
    """Return the folders of the services that a layer describes."""
    return [one for one in layer.glob("python/botocore/data/*") if one.is_dir()]


def make_lean(layer: Path) -> None:
    """Remove the descriptions of services that are not called, and the sources of modules."""
    called = services_called()
    for folder in descriptions(layer):
        if folder.name not in called:
            shutil.rmtree(folder)
    for folder in list(layer.rglob("__pycache__")):
        shutil.rmtree(folder)
    compile_dir(layer, quiet=2, legacy=True, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    for compiled in layer.rglob("*.pyc"):
        compiled.with_suffix(".py").unlink()


if __name__ == "__main__":
    make_lean(LAYER)
