"""Make the layer of third-party packages lean: what no function reads goes.

botocore brings a description of each of some four hundred services, of which a client reads its
own, and where each of them is found in every region, which the first client of a process reads
whole. Modules are shipped compiled, without their sources.
"""

import ast
import json
import shutil
from collections.abc import Iterator
from compileall import compile_dir
from functools import cache
from pathlib import Path
from py_compile import PycInvalidationMode

from botocore.session import get_session

from local.runtime import ROOT

LAYER = ROOT / ".aws-sam" / "build" / "DependenciesLayer"
CONNECTOR = ROOT / "layers" / "connector" / "connector"
OF_THE_TABLE = "dynamodb"
"""The service that pynamodb calls; all others are named where their client is made."""
NOT_READ = (
    "python/aws_lambda_powertools/event_handler/openapi/swagger_ui",
    "python/boto3/data",
    "python/boto3/examples",
    "python/*/tests",
    "python/*.dist-info/RECORD",
)
"""What else no function reads: a page that no route serves, resources in place of clients, tests,
and what an installer keeps to remove a package again."""
ENDPOINTS = "python/botocore/data/endpoints.json"


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
    """Remove what is of services that are not called, what else is not read, and the sources."""
    called = services_called()
    for folder in descriptions(layer):
        if folder.name not in called:
            shutil.rmtree(folder)
    for one in [found for pattern in NOT_READ for found in layer.glob(pattern)]:
        shutil.rmtree(one) if one.is_dir() else one.unlink()
    _keep_endpoints(layer, called)
    for folder in list(layer.rglob("__pycache__")):
        shutil.rmtree(folder)
    compile_dir(layer, quiet=2, legacy=True, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    for compiled in layer.rglob("*.pyc"):
        compiled.with_suffix(".py").unlink()


def _keep_endpoints(layer: Path, called: frozenset[str]) -> None:
    """Keep where the services that are called are found; the others follow the same patterns.

    The file is a new one: an installer may link its files to those of other places.
    """
    path = layer / ENDPOINTS
    told = json.loads(path.read_text())
    prefixes = {endpoint_prefix(one) for one in called}
    for partition in told["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in prefixes}
    path.unlink()
    path.write_text(json.dumps(told, separators=(",", ":")))


@cache
def endpoint_prefix(service: str) -> str:
    """Return by which name botocore looks up where a service is found."""
    return str(get_session().get_service_model(service).endpoint_prefix)


if __name__ == "__main__":
    make_lean(LAYER)
