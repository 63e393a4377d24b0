"""Books Match: both sides compared for some days, every difference with its cause."""

from connector.api.books import certificate, matches
from connector.api.books.matches import BooksAsked
from connector.console.asking import Download, Go, PageRequest, Pages, Reply
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.errors import RequestError
from connector.model.books.causes import BooksCause
from connector.model.books.kinds import BooksKind
from connector.model.worklist.fixes import FixKind
from connector.services import services

pages = Pages()
BOOKS = f"{CONNECTION}/books"
SHOWN = 50
ON_WORKLIST = {
    FixKind.RETRY,
    FixKind.LINK,
    FixKind.UPDATE,
    FixKind.RECALL,
    FixKind.DONE_BY_HAND,
}
"""Fixes of what stands on the worklist; others are of settings, or of what was left out."""


@pages.get(BOOKS)
def show_books(asked: PageRequest) -> Reply:
    """Show the latest matches, and ask for another one."""
    found = matches.list_matches(asked.connection_id)
    today = matches.today(asked.connection_id)
    return page_of(
        asked,
        "books.html",
        "Books Match",
        matches=found.matches,
        first=today.replace(day=1),
        today=today,
    )


@pages.post(BOOKS)
def match_books(asked: PageRequest) -> Reply:
    """Have both sides compared."""
    told = {
        "from": asked.value("first") or None,
        "to": asked.value("last"),
        "proven": asked.value("proven") == "yes",
    }
    begun = matches.start(services(), asked.connection_id, form_of(BooksAsked, told), by=asked.by)
    said = (
        f"Being compared. QuickBooks is read {begun.calls} times{' at least' * (not begun.about)}."
    )
    return Go(to=asked.at("books", str(begun.match_id)), said=said)


@pages.get(f"{BOOKS}/<match_id>")
def show_match(asked: PageRequest) -> Reply:
    """Show what a match found."""
    match_id = asked.path["match_id"]
    found = matches.show(asked.connection_id, match_id)
    kind, cause = _kind(asked.query.get("kind", "")), _cause(asked.query.get("cause", ""))
    after = asked.query.get("after") or None
    listed = matches.list_differences(
        asked.connection_id, match_id, kind=kind, cause=cause, after=after, limit=SHOWN
    )
    return page_of(
        asked,
        "books_match.html",
        "Books Match",
        match=found,
        page=listed,
        kind=kind,
        cause=cause,
        on_worklist=ON_WORKLIST,
        undecided=BooksCause.UNDECIDED,
    )


@pages.get(f"{BOOKS}/<match_id>/certificate.pdf")
def save_certificate(asked: PageRequest) -> Reply:
    """Save the certificate of a match."""
    found = matches.show(asked.connection_id, asked.path["match_id"])
    name = f"books-match-{found.last_day}.pdf"
    return Download(content=certificate.certificate(found), kind="application/pdf", name=name)


def _kind(told: str) -> BooksKind | None:
    try:
        return BooksKind(told) if told else None
    except ValueError as error:
        raise RequestError(f"There is no kind {told!r}.") from error


def _cause(told: str) -> BooksCause | None:
    try:
        return BooksCause(told) if told else None
    except ValueError as error:
        raise RequestError(f"There is no cause {told!r}.") from error
