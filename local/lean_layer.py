"""Make the layer of third-party packages lean: of AWS' services only those that are called stay.

botocore brings a description of each of some four hundred services; a client reads its own.
"""

import ast
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from local.runtime import ROOT

LAYER = ROOT / ".aws-sam" / "build" / "DependenciesLayer"
CONNECTOR = ROOT / "layers" / "connector" / "connector"
OF_THE_TABLE = "dynamodb"
"""The service that pynamodb calls; all others are named where their client is made."""


@cache
def services_called(package: Path = CONNECTOR) -> frozenset[str]:
    """Return the services of AWS that the functions call, as boto3 names them.

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
                ast.Attribute(ast.Name("boto3"), "client"), [ast.Constant(str(service)), *_]
            ):
                yield service
            case ast.Call(ast.Attribute(ast.Name("boto3"), "client")):
                raise ValueError(f"{path}:{node.lineno} does not name the service of its client")


def descriptions(layer: Path) -> list[Path]:
    """Return the folders of the services that a layer describes."""
    return [one for one in layer.glob("python/botocore/data/*") if one.is_dir()]


def make_lean(layer: Path) -> int:
    """Remove the descriptions of services that are not called; return how many bytes that were."""
    called, freed = services_called(), 0
    for folder in descriptions(layer):
        if folder.name not in called:
            freed += sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
            shutil.rmtree(folder)
    return freed


if __name__ == "__main__":
    sys.stdout.write(f"removed {make_lean(LAYER) / 1e6:.0f} MB of services that are not called\n")
