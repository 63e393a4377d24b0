from pathlib import Path

import pytest

from local.built import problems
from local.lean_layer import descriptions, make_lean, services_called

DATA = "python/botocore/data"


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """A layer that describes what is called and two services more, in two bytes each."""
    for known in (*services_called(), "ec2", "rds"):
        (tmp_path / DATA / known).mkdir(parents=True)
        (tmp_path / DATA / known / "service-2.json.gz").write_bytes(b"12")
    (tmp_path / DATA / "endpoints.json").write_text("{}")
    (tmp_path / "python" / "one.py").write_text("ONE = 1")
    (tmp_path / "python" / "template.py").write_text("class {{ name }}")
    return tmp_path


def test_only_the_services_that_are_called_stay_with_what_all_need(layer: Path) -> None:
    make_lean(layer)
    assert {one.name for one in descriptions(layer)} == services_called()
    assert (layer / DATA / "endpoints.json").is_file()


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
