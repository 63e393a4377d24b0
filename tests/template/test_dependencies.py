import re
import subprocess

from tests.template.reading import ROOT

FOLDER = ROOT / "layers" / "dependencies"
EXPORT = "export --frozen --offline --no-dev --no-hashes --no-header --no-annotate --quiet"
NOT_AT_RUN_TIME = {"boto3-stubs", "moto", "ministack", "aws-sam-translator", "rich", "aiohttp"}


def test_the_layer_has_exactly_the_locked_packages() -> None:
    exported = subprocess.run(  # noqa: S603 - our own tool
        [ROOT / ".tools" / "uv" / "bin" / "uv", *EXPORT.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert (FOLDER / "requirements.txt").read_text() == exported, f"run: uv {EXPORT}"


def test_nothing_that_only_developers_need_is_deployed() -> None:
    names = re.findall(r"^[\w-]+", (FOLDER / "requirements.txt").read_text(), re.MULTILINE)

    assert set(names) & NOT_AT_RUN_TIME == set()


def test_the_folder_of_the_layer_holds_nothing_else() -> None:
    assert [path.name for path in FOLDER.iterdir()] == ["requirements.txt"]
