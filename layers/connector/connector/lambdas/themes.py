"""Which theme has which pages: its module is loaded when a page of it is asked for first."""

from collections.abc import Mapping
from types import ModuleType

from connector.console.asking import Route
from connector.console.pages import (
    approvals,
    books,
    connecting,
    home,
    matches,
    payments,
    people,
    records,
    review,
    runs,
    settings,
    settings_history,
    worklist,
)

THEMES: Mapping[str, tuple[ModuleType, ...]] = {
    "": (home,),
    **dict.fromkeys(("start", "pause", "resume", "close", "activity"), (home,)),
    **dict.fromkeys(("connect", "login"), (connecting,)),
    "worklist": (worklist,),
    "runs": (runs,),
    **dict.fromkeys(("records", "budget"), (records,)),
    "review": (review,),
    "matches": (matches,),
    "approvals": (approvals,),
    "payments": (payments,),
    "books": (books,),
    "settings": (settings_history, settings),  # `history` is no theme of settings
    "people": (people,),
}
"""By the word of an address that is the same for all connections."""


def themes_of(path: str) -> tuple[ModuleType, ...]:
    """Return the themes that may have a page, by its address in the console.

    What tells is the first word, or in the pages of a connection the one after its id.
    """
    words = path.strip("/").split("/")
    word = "".join(words[2:3]) if words[0] == "connections" else words[0]
    return THEMES.get(word, ())


def routes_of(theme: ModuleType) -> list[Route]:
    """Return the pages of a theme."""
    return list(theme.pages.routes)


def all_routes() -> list[Route]:
    """Return every page; a test walks each of them with each role."""
    themes = dict.fromkeys(theme for some in THEMES.values() for theme in some)
    return [route for theme in themes for route in routes_of(theme)]
