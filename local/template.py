"""Turn the real template.yaml into CloudFormation that the emulator can run.

The rewrites are all here, and each is something that differs between AWS and a laptop: a function's
code is a bootstrap that runs its source folder, layers are folders on its path, new code is there
at once and not shifted to, a state machine's definition is uploaded from its file, the API has a
loopback address, its routes are resources, and what the emulator does not know (`LEFT_OUT`) is left
out.
"""

import hashlib
import io
import json
import os
import shlex
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from samtranslator.translator.transform import transform  # type: ignore[import-untyped]
from samtranslator.yaml_helper import (  # type: ignore[import-untyped]
    intrinsics_multi_constructor,
)

from local.emulator import REGION, sealed_from_aws
from local.nursery import CLIENT
from local.routes import open_routes

BUCKET = "deployment"
API_ADDRESS = "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"
LEFT_OUT = (
    "AWS::Athena::NamedQuery",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::Logs::QueryDefinition",
)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
EXECUTABLE = 0o100755 << 16
OF_GRADUAL_DEPLOYMENT = (
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "DeploymentPreference",
)
RUNTIME_LOOP = Path(__file__).with_name("lambda_runtime.py")

Template = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Source:
    """The project to run, and where its functions write their logs.

    functions: given when stand-ins are to run instead of the project's own functions.
    nursery: the socket of a process that has imported what functions import.
    """

    root: Path
    logs: Path
    functions: Path | None = None
    nursery: Path | None = None

    def folder_of(self, code_uri: str) -> Path:
        """Find the folder that a CodeUri names."""
        return self.functions / Path(code_uri).name if self.functions else self.root / code_uri


@dataclass(frozen=True)
class Deployable:
    """A CloudFormation template and the objects in the bucket that it names."""

    template: Template
    uploads: Mapping[str, bytes]


class _Loader(yaml.CSafeLoader):
    """Reads YAML with the intrinsics of CloudFormation, five times as fast as in Python."""


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


def read_template(path: Path) -> Template:
    """Read a SAM template; short intrinsics such as !Ref are read as their long form."""
    return _read(path.read_text())


def _read(text: str) -> Template:
    template: Template = yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    return template


def resources_of(template: Template, kind: str) -> dict[str, Template]:
    """Pick the resources of one type, by logical id."""
    resources: dict[str, Template] = template["Resources"]
    return {name: it for name, it in resources.items() if it["Type"] == kind}


def deployable(source: Source, endpoint: str) -> Deployable:
    """Make the template of the project ready for the emulator at `endpoint`."""
    text = (source.root / "template.yaml").read_text()
    template = _read(text.replace(API_ADDRESS, api_address(endpoint)))
    for name in [it for kind in LEFT_OUT for it in resources_of(template, kind)]:
        del template["Resources"][name]
    layers = _take_layers(template, source.root)
    template["Globals"]["Function"]["Runtime"] = "provided.al2023"
    uploads: dict[str, bytes] = {}
    for function in resources_of(template, "AWS::Serverless::Function").values():
        _reach(function, endpoint)
        for name in OF_GRADUAL_DEPLOYMENT:
            function["Properties"].pop(name, None)
        for trigger in function["Properties"].get("Events", {}).values():
            trigger["Properties"].pop("ScalingConfig", None)  # the emulator reads a text there
        folder = source.folder_of(function["Properties"]["CodeUri"])
        package = _package(_bootstrap(source, folder, endpoint, layers))
        function["Properties"]["CodeUri"] = _upload(uploads, folder.name, package)
    for machine in resources_of(template, "AWS::Serverless::StateMachine").values():
        path = source.root / machine["Properties"]["DefinitionUri"]
        definition = json.dumps(yaml.load(path.read_text(), yaml.CSafeLoader)).encode()
        machine["Properties"]["DefinitionUri"] = _upload(uploads, path.name, definition)
    translated = _translated(template)
    open_routes(translated)
    return Deployable(translated, uploads)


def api_address(endpoint: str, api: str = "${Api}") -> str:
    """Give the loopback address of an API; its name as host would need a resolver that knows it."""
    return f"{endpoint}/_aws/execute-api/{api}/$default"


def _reach(function: Template, endpoint: str) -> None:
    """Tell a function that tells people where the API is, where it is here."""
    variables = function["Properties"].get("Environment", {}).get("Variables", {})
    if "API_URL" in variables:
        variables["API_URL"] = {"Fn::Sub": api_address(endpoint)}


def _take_layers(template: Template, root: Path) -> list[Path]:
    layers = resources_of(template, "AWS::Serverless::LayerVersion")
    for name in layers:
        del template["Resources"][name]
    del template["Globals"]["Function"]["Layers"]
    return [root / layer["Properties"]["ContentUri"] for layer in layers.values()]


def _upload(uploads: dict[str, bytes], name: str, content: bytes) -> str:
    # The key changes with the content, so that an update of the stack sees the difference.
    key = f"{hashlib.sha256(content).hexdigest()[:12]}-{name}"
    uploads[key] = content
    return f"s3://{BUCKET}/{key}"


def _package(script: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        entry = zipfile.ZipInfo("bootstrap", ZIP_DATE)
        entry.external_attr = EXECUTABLE
        package.writestr(entry, script)
    return buffer.getvalue()


def _bootstrap(source: Source, folder: Path, endpoint: str, layers: list[Path]) -> str:
    path = os.pathsep.join(str(entry) for entry in [folder, *layers])
    variables = sealed_from_aws(endpoint) | {"PYTHONPATH": path}
    exports = "".join(f"export {name}={shlex.quote(it)}\n" for name, it in variables.items())
    log = shlex.quote(str(source.logs / f"{folder.name}.log"))
    command = [sys.executable, "-P", str(RUNTIME_LOOP)]
    if source.nursery:
        command[1:2] = ["-I", "-S", str(CLIENT), str(source.nursery)]
    # The emulator waits for a line after each call: descriptor 3. All else goes to the log file.
    return (
        f"#!/bin/sh\n{exports}cd {shlex.quote(str(folder))}\n"
        f"exec 3>&1 >>{log} 2>&1\nexec {shlex.join(command)}\n"
    )


class _NoManagedPolicies:
    """Stands in for a look-up in IAM: the template names no managed policy."""

    def load(self) -> dict[str, str]:
        return {}


def _translated(template: Template) -> Template:
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # the translator takes it from nowhere else
    translated: Template = transform(template, {}, _NoManagedPolicies())
    return translated
