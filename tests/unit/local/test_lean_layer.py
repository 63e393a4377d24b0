import json
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.session import get_session

from local.built import problems
from local.lean_layer import ENDPOINTS, descriptions, make_lean, services_called

DATA = "python/botocore/data"


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """A layer that describes what is called and two services more, in two bytes each."""
    for known in (*services_called(), "ec2", "rds"):
        (tmp_path / DATA / known).mkdir(parents=True)
        (tmp_path / DATA / known / "service-2.json.gz").write_bytes(b"12")
    services: dict[str, Any] = {"sqs": {}, "states": {}, "email": {}, "ec2": {}}
    found = {"partitions": [{"services": services}]}
    (tmp_path / DATA / "endpoints.json").write_text(json.dumps(found))
    for not_read in ("boto3/data/ec2", "simplejson/tests", "six-1.0.dist-info"):
        (tmp_path / "python" / not_read).mkdir(parents=True)
        (tmp_path / "python" / not_read / "RECORD").write_text("a file")
    (tmp_path / "python" / "six-1.0.dist-info" / "LICENSE").write_text("free")
    (tmp_path / "python" / "one.py").write_text("ONE = 1")
    (tmp_path / "python" / "template.py").write_text("class {{ name }}")
    return tmp_path


def test_only_the_services_that_are_called_stay_with_what_all_need(layer: Path) -> None:
    make_lean(layer)
    assert {one.name for one in descriptions(layer)} == services_called()


def test_where_services_are_found_is_kept_of_those_that_are_called(layer: Path) -> None:
    make_lean(layer)
    [partition] = json.loads((layer / ENDPOINTS).read_text())["partitions"]
    assert partition["services"] == {"sqs": {}, "states": {}, "email": {}}


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1"])
def test_a_client_finds_its_service_by_what_is_kept(tmp_path: Path, region: str) -> None:
    data = Path(get_session().get_component("data_loader").BUILTIN_DATA_PATH)
    for own in (*services_called(), "partitions.json", "sdk-default-configuration.json"):
        target = tmp_path / DATA / own
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(data / own)
    (tmp_path / ENDPOINTS).write_bytes((data / "endpoints.json").read_bytes())
    (tmp_path / "python" / "botocore" / "one.py").touch()
    make_lean(tmp_path)
    lean = get_session()
    loader = Loader(extra_search_paths=[str(tmp_path / DATA)])
    lean.register_component("data_loader", loader)
    assert "ec2" not in loader.load_data("endpoints")["partitions"][0]["services"]
    for service in services_called():
        found = [
            one.create_client(service, region).meta.endpoint_url for one in (lean, get_session())
        ]
        assert found[0] == found[1]


def test_a_file_that_other_places_share_stays_as_it_is_there(layer: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.hardlink_to(layer / ENDPOINTS)
    before = elsewhere.read_text()
    make_lean(layer)
    assert (elsewhere.read_text(), "ec2" in before) == (before, True)
    assert "ec2" not in (layer / ENDPOINTS).read_text()


def test_what_no_function_reads_is_left_out_and_licences_stay(layer: Path) -> None:
    make_lean(layer)
    left = {one.relative_to(layer / "python") for one in (layer / "python").rglob("*")}
    names = {str(one) for one in left if "botocore" not in one.parts}
    assert names == {
        "one.pyc", "template.py", "boto3", "simplejson", "six-1.0.dist-info",
        "six-1.0.dist-info/LICENSE",
    }  # fmt: skip


def test_modules_are_shipped_compiled_and_what_is_none_as_it_is(layer: Path) -> None:
    make_lean(layer)
    found = {one.name for one in (layer / "python").iterdir() if one.is_file()}
    assert found == {"one.pyc", "template.py"}


def test_every_client_that_a_function_makes_is_found() -> None:
    assert services_called() == {
        "dynamodb", "kms", "s3", "secretsmanager", "sesv2", "sns", "sqs", "ssm", "stepfunctions",
    }  # fmt: skip


def test_a_client_of_a_service_that_is_not_written_out_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text("aws.client(service, region)")
    with pytest.raises(ValueError, match=r"wrong\.py:1 does not name"):
        services_called(tmp_path)


def test_a_service_that_is_called_and_not_described_is_a_problem_of_the_build(
    tmp_path: Path,
) -> None:
    (tmp_path / "template.yaml").write_text("Resources: {}")
    assert "DependenciesLayer does not describe the service sqs" in problems(tmp_path)
