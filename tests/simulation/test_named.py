import pytest

from tests.simulation.named import HISTORIES


@pytest.mark.parametrize("row", HISTORIES)
def test_what_happened_once_does_not_happen_again(row: str) -> None:
    assert HISTORIES[row].play() == []


@pytest.mark.parametrize("row", HISTORIES)
def test_without_the_step_that_mends_it_it_happens_again(
    row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    HISTORIES[row].without(monkeypatch)
    assert HISTORIES[row].play()
