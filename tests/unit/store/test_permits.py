from collections.abc import Callable

import pytest

from connector.errors import RateLimitedError
from connector.store import permits

pytestmark = pytest.mark.usefixtures("table")


def adding(letter: str) -> Callable[[str], str]:
    return lambda text: text + letter


def kept(realm_id: str = "realm-1") -> str:
    found: list[str] = []

    def look(text: str) -> str:
        found.append(text)
        return text

    permits.change(realm_id, look)
    return found[-1]


def test_permits_that_nobody_changed_are_empty() -> None:
    assert kept() == ""


def test_each_change_builds_on_the_one_before() -> None:
    for letter in "abc":
        permits.change("realm-1", adding(letter))
    assert kept() == "abc"


def test_companies_have_permits_of_their_own() -> None:
    permits.change("realm-1", adding("a"))
    assert kept("realm-2") == ""


@pytest.mark.parametrize("before", ["", "a"])
def test_a_change_by_somebody_else_in_between_is_not_lost(before: str) -> None:
    if before:
        permits.change("realm-1", adding(before))
    others = iter("xy")

    def slowly(text: str) -> str:
        for other in others:
            permits.change("realm-1", adding(other))
        return text + "b"

    permits.change("realm-1", slowly)
    assert kept() == before + "xyb"


def test_whoever_is_always_overtaken_comes_again_later() -> None:
    def overtaken(text: str) -> str:
        permits.change("realm-1", adding("x"))
        return text

    with pytest.raises(RateLimitedError):
        permits.change("realm-1", overtaken)
