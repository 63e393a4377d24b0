"""Books Match: both sides compared for some days, every difference with its cause."""

from connector.api.books import certificate, matches
from connector.api.books.matches import BooksAsked, FoundDifference
from connector.console.asking import Download, Go, PageRequest, Pages, Reply
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.console.sorting import Columns, sort
from connector.errors import RequestError
from connector.model.books.causes import BooksCause
from connector.model.books.kinds import BooksKind
from connector.model.books.report import BooksMatch
from connector.model.worklist.fixes import FixKind
from connector.services import services

pages = Pages()
BOOKS = f"{CONNECTION}/books"
SHOWN = 50
MATCHES: Columns[BooksMatch] = {
    "days": lambda one: (str(one.first_day or ""), str(one.last_day)),
    "made": lambda one: one.asked_at,
    "how": lambda one: one.proven,
    "state": lambda one: one.state,
    "open": lambda one: one.unexplained,
}
DIFFERENCES: Columns[FoundDifference] = {
    "document": lambda one: one.label.casefold(),
    "figure": lambda one: (one.figure or one.kind).value,
    "cause": lambda one: one.cause.value,
    "day": lambda one: one.day,
    "here": lambda one: one.here,
    "there": lambda one: one.there,
    "amount": lambda one: one.amount,
}
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
    found = matches.list_books_matches(asked.connection_id)
    today = matches.today(asked.connection_id)
    shown, sorting = sort(asked, found.matches, MATCHES)
    return page_of(
        asked,
        "books.html",
        "Books Match",
        matches=shown,
        sorting=sorting,
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
        f"Comparing both sides. QuickBooks is read {begun.calls} "
        f"times{' at least' * (not begun.about)}."
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
    differences, sorting = sort(asked, listed.differences, DIFFERENCES, following=listed.next)
    return page_of(
        asked,
        "books_match.html",
        "Books Match",
        match=found,
        differences=differences,
        next=listed.next,
        sorting=sorting,
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
