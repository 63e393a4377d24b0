from pathlib import Path

from local.same import differences, unlike

FUNCTION = """
Transform: AWS::Serverless-2016-10-31
Resources:
  LookFunction:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: {place}, Timeout: {seconds}}}
"""


def built(folder: Path, *, seconds: int = 30, code: str = "handler = 1\n") -> Path:
    (folder / "source/functions/look").mkdir(parents=True)
    (folder / "built/LookFunction").mkdir(parents=True)
    (folder / "source/functions/look/app.py").write_text("handler = 1\n")
    (folder / "built/LookFunction/app.py").write_text(code)
    source = FUNCTION.format(place="functions/look", seconds=30)
    (folder / "source/template.yaml").write_text(source)
    (folder / "built/template.yaml").write_text(
        FUNCTION.format(place="LookFunction", seconds=seconds)
    )
    return folder


def found(folder: Path) -> list[str]:
    return [one.replace(str(folder), "") for one in unlike(folder / "source", folder / "built")]


def test_a_build_differs_in_the_places_of_code_only(tmp_path: Path) -> None:
    assert found(built(tmp_path)) == []


def test_a_setting_that_the_build_has_otherwise_is_told(tmp_path: Path) -> None:
    told = "the built template differs from the source at "

    assert found(built(tmp_path, seconds=60)) == [
        f"{told}/Resources/LookFunction/Properties/Timeout"
    ]


def test_code_that_is_older_than_the_source_is_told(tmp_path: Path) -> None:
    assert found(built(tmp_path, code="handler = 0\n")) == [
        "/built/LookFunction/app.py is not app.py of the source"
    ]


def test_what_only_one_of_them_has_is_told() -> None:
    assert list(differences({"Outputs": {"A": 1}}, {"Outputs": {"B": 1}})) == [
        "/Outputs/A",
        "/Outputs/B",
    ]
