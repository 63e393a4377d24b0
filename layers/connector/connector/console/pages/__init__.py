"""The pages of the console, theme by theme."""

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

ROUTES: tuple[Route, ...] = tuple(
    route
    for theme in (
        home,
        connecting,
        worklist,
        runs,
        records,
        review,
        matches,
        approvals,
        payments,
        books,
        settings_history,  # before the themes, among whose names its own is not
        settings,
        people,
    )
    for route in theme.pages.routes
)
"""Every page; a test walks each of them with each role."""
