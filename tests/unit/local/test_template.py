import io
import json
import zipfile
from pathlib import Path

import pytest

from local.template import Deployable, Source, deployable

ROOT = Path(__file__).parents[3]
ENDPOINT = "http://127.0.0.1:4600"


@pytest.fixture(scope="module")
def ready() -> Deployable:
    return deployable(Source(root=ROOT, logs=Path("/logs")), ENDPOINT)


def _bootstrap(ready: Deployable, function: str) -> str:
    key = next(key for key in ready.uploads if key.endswith(f"-{function}"))
    with zipfile.ZipFile(io.BytesIO(ready.uploads[key])) as package:
        return package.read("bootstrap").decode()


def test_every_function_is_deployed_with_a_package_of_its_own(ready: Deployable) -> None:
    functions = [
        it for it in ready.template["Resources"].values() if it["Type"] == "AWS::Lambda::Function"
    ]
    keys = {it["Properties"]["Code"]["S3Key"] for it in functions}

    assert len(functions) == len(keys) == len(list(ROOT.glob("functions/*/app.py")))
    assert keys <= set(ready.uploads)


def test_the_handler_and_environment_of_a_function_are_those_of_the_template(
    ready: Deployable,
) -> None:
    properties = ready.template["Resources"]["FinishRunFunction"]["Properties"]

    assert properties["Handler"] == "app.handler"
    assert properties["Environment"]["Variables"]["TABLE_NAME"] == {"Ref": "Table"}


def test_a_function_runs_its_source_folder_with_the_layer_on_its_path(ready: Deployable) -> None:
    script = _bootstrap(ready, "push_invoices")

    assert f"cd {ROOT}/functions/push_invoices\n" in script
    assert f"PYTHONPATH={ROOT}/functions/push_invoices:{ROOT}/layers/connector" in script


@pytest.mark.parametrize(
    "sealed",
    [
        f"export AWS_ENDPOINT_URL={ENDPOINT}\n",
        "export AWS_CONFIG_FILE=/dev/null\n",
        "export AWS_SHARED_CREDENTIALS_FILE=/dev/null\n",
        "export AWS_EC2_METADATA_DISABLED=true\n",
        "export AWS_ACCESS_KEY_ID=local\n",
    ],
)
def test_no_function_can_reach_aws(ready: Deployable, sealed: str) -> None:
    scripts = [_bootstrap(ready, path.parent.name) for path in ROOT.glob("functions/*/app.py")]

    assert [script for script in scripts if sealed not in script] == []


def test_the_address_of_the_api_is_on_loopback(ready: Deployable) -> None:
    assert ready.template["Outputs"]["CallbackUrl"]["Value"]["Fn::If"][2] == {
        "Fn::Sub": f"{ENDPOINT}/_aws/execute-api/${{Api}}/$default/connections/callback"
    }


def test_a_definition_is_the_file_of_the_machine(ready: Deployable) -> None:
    location = ready.template["Resources"]["SyncConnection"]["Properties"]["DefinitionS3Location"]
    definition = json.loads(ready.uploads[location["Key"]])

    assert definition["StartAt"] == "Sync stage by stage"


def test_a_changed_definition_has_another_key(tmp_path: Path, ready: Deployable) -> None:
    for name in ("template.yaml", "statemachines", "functions", "layers"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "statemachines").unlink()
    (tmp_path / "statemachines").mkdir()
    for path in (ROOT / "statemachines").iterdir():
        text = path.read_text().replace("TimeoutSeconds: 330", "TimeoutSeconds: 331")
        (tmp_path / "statemachines" / path.name).write_text(text)
    changed = deployable(Source(root=tmp_path, logs=Path("/logs")), ENDPOINT)

    def key(one: Deployable) -> str:
        return str(
            one.template["Resources"]["SyncConnection"]["Properties"]["DefinitionS3Location"]["Key"]
        )

    assert key(changed) != key(ready)
