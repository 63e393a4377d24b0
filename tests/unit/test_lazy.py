import sys
from importlib import import_module
from pathlib import Path

import pytest

from connector.lazy import apart

TAKEN = "from connector.lazy import unloaded\n\n__getattr__ = unloaded(__name__)\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that hands out its modules unloaded; one of them cannot be loaded."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "__init__.py").write_text(TAKEN)
    (folder / "book.py").write_text("PAGES = 3\n")
    (folder / "torn.py").write_text("raise RuntimeError\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("shelf", "shelf.book", "shelf.torn"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return folder


def test_a_module_is_loaded_when_something_is_taken_from_it(package: Path) -> None:
    shelf = import_module(package.name)
    torn = shelf.torn

    assert shelf.book.PAGES == 3
    with pytest.raises(RuntimeError):
        _ = torn.PAGES


def test_a_module_is_the_same_however_it_is_named(package: Path) -> None:
    handed_out = import_module(package.name).book

    assert import_module("shelf.book") is handed_out


def test_what_is_not_there_cannot_be_taken(package: Path) -> None:
    with pytest.raises(AttributeError, match="no attribute 'lamp'"):
        _ = import_module(package.name).lamp


OF_OTHERS = "from .light import LAMP\nfrom .heavy import STOVE\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of others that loads all of its modules at once."""
    folder = tmp_path / "street" / "house"
    folder.mkdir(parents=True)
    (tmp_path / "street" / "__init__.py").touch()
    (folder / "__init__.py").write_text(OF_OTHERS)
    (folder / "light.py").write_text("LAMP = 'a lamp'\n")
    (folder / "heavy.py").write_text("STOVE = 'a stove'\n")
    monkeypatch.syspath_prepend(tmp_path)
    for own in ("", ".house", ".house.light", ".house.heavy"):
        monkeypatch.delitem(sys.modules, f"street{own}", raising=False)
    return folder


def test_of_a_package_set_apart_only_what_is_taken_is_loaded(house: Path) -> None:
    apart("street.house", "light")

    found = import_module("street.house")

    assert (found.LAMP, found.__name__) == ("a lamp", f"street.{house.name}")
    assert "street.house.heavy" not in sys.modules


def test_a_module_of_a_package_set_apart_is_the_one_that_the_package_hands_out(house: Path) -> None:
    apart(f"street.{house.name}", "light")
    space: dict[str, object] = {}

    exec("from street.house import heavy", space)  # noqa: S102 - as modules of others import

    assert space["heavy"] is import_module("street.house.heavy")
    assert "street.house.light" not in sys.modules


def test_what_none_of_the_named_modules_has_is_there_as_before(house: Path) -> None:
    apart(f"street.{house.name}", "light")
    found = import_module("street.house")

    assert found.STOVE == "a stove"
    assert vars(found)["LAMP"] == "a lamp"
    with pytest.raises(AttributeError, match="no attribute 'lamp'"):
        _ = found.lamp


def test_a_package_that_is_loaded_stays_as_it_is(house: Path) -> None:
    loaded = import_module(f"street.{house.name}")

    apart("street.house", "light")

    assert import_module("street.house") is loaded
