"""What differs between a build and the source that the laptop deploys: places of code only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.template import read_template, resources_of

PLACES = ("CodeUri", "ContentUri", "DefinitionUri", "Metadata")
"""Members of resources in which SAM says where it put the code, and how it made it."""


def unlike(source: Path, built: Path) -> Iterator[str]:
    """Yield where the built template or code says anything else than the source.

    `source` is the folder of the project, `built` what SAM made of it. Third-party packages are
    not compared: they are those of the lock file, for another processor.
    """
    wanted, made = (read_template(one / "template.yaml") for one in (source, built))
    for path in differences(wanted, made):
        yield f"the built template differs from the source at {path}"
    for name, function in resources_of(wanted, "AWS::Serverless::Function").items():
        yield from _changed(source / function["Properties"]["CodeUri"], built / name)
    yield from _changed(source / "layers/connector", built / "ConnectorLayer" / "python")


def differences(wanted: Any, made: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - YAML
    """Yield the paths at which two templates differ, places of code apart."""
    if not (isinstance(wanted, dict) and isinstance(made, dict)):
        if wanted != made:
            yield path
        return
    for name in sorted(wanted.keys() | made.keys()):
        if name in PLACES and path.startswith("/Resources/"):
            continue
        if name in wanted and name in made:
            yield from differences(wanted[name], made[name], f"{path}/{name}")
        else:
            yield f"{path}/{name}"


def _changed(source: Path, built: Path) -> Iterator[str]:
    for path in sorted(source.rglob("*.py")):
        copied = built / path.relative_to(source)
        if not copied.exists() or copied.read_bytes() != path.read_bytes():
            yield f"{copied} is not {path.name} of the source"
