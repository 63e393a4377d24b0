import sys
from importlib import import_module
from pathlib import Path

import pytest

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
