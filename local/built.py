"""Check what `sam build` made: every function is imported from its built folder and layer.

Template and code are those of the source, which the laptop deploys, but for places of code.

The third-party packages come from the virtual environment, because those in the built layer are for
the processor of AWS; of them it is checked that they are, that each service of AWS that is called
is described there, and that they are no larger than they need to be.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from local.lean_layer import descriptions, services_called
from local.runtime import ROOT
from local.same import unlike
from local.template import read_template, resources_of

BUILT = ROOT / ".aws-sam" / "build"
ELF_MACHINE = slice(18, 20)
ARM64 = b"\xb7\x00"
LARGEST_LAYER = 40_000_000
"""Bytes of the third-party packages, unpacked: a cold start loads them."""
IMPORT = """
import sys
sys.path[:0] = sys.argv[1:]
import app, connector
assert callable(app.handler), "app.handler cannot be called"
assert connector.__file__.startswith(sys.argv[2]), f"connector is from {connector.__file__}"
"""


def problems(built: Path) -> Iterator[str]:
    """Yield what is wrong with the build."""
    layer = built / "ConnectorLayer" / "python"
    functions = resources_of(read_template(built / "template.yaml"), "AWS::Serverless::Function")
    for name, function in functions.items():
        folder = built / function["Properties"]["CodeUri"]
        command = [sys.executable, "-P", "-c", IMPORT, str(folder), str(layer)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            yield f"{name}: {done.stderr.strip().splitlines()[-1]}"
    for library in (built / "DependenciesLayer").rglob("*.so"):
        if library.read_bytes()[ELF_MACHINE] != ARM64:
            yield f"{library.relative_to(built)} is not built for arm64"
    yield from _problems_of_packages(built / "DependenciesLayer")
    yield from unlike(ROOT, built)


def _problems_of_packages(layer: Path) -> Iterator[str]:
    described = {one.name for one in descriptions(layer)}
    for service in sorted(services_called() - described):
        yield f"{layer.name} does not describe the service {service}"
    if (size := size_of(layer)) > LARGEST_LAYER:
        yield f"{layer.name} has {size / 1e6:.0f} MB, more than {LARGEST_LAYER / 1e6:.0f}"


def size_of(folder: Path) -> int:
    """Return the bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> int:
    """Say what is wrong; returns the exit code."""
    found = list(problems(BUILT))
    functions = len(list(BUILT.glob("*/app.py")))
    size = size_of(BUILT)
    for problem in found:
        sys.stdout.write(f"{problem}\n")
    if not found:
        sys.stdout.write(
            f"{functions} functions import from {BUILT.relative_to(ROOT)} ({size / 1e6:.0f} MB)\n"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
