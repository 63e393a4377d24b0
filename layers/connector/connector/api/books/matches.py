"""Books Match: have both sides compared for some days, and read what was found."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import convert
from pydantic import BaseModel, ConfigDict, Field

from connector.api import activity
from connector.changes.matching.cost import ROWS_A_CALL
from connector.errors import ConflictError, NotThereError, RequestError, Wrong
from connector.model.body import Body
from connector.model.books.causes import BooksCause
from connector.model.books.documents import BooksFigure, BooksPeriod
from connector.model.books.heads import BALANCES, DIFFERENCES, DONE, READING, begun
from connector.model.books.kinds import OF_TARGET, BooksKind
from connector.model.books.report import BooksMatch, match_of
from connector.model.ids import new_run_id
from connector.model.policy.days import day_of, zone_of
from connector.model.worklist.fixes import FixKind
from connector.store import connections
from connector.store import settings as saved
from connector.store.control import books

if TYPE_CHECKING:
    from connector.services import Services

MOST = 100
SHOWN = 50


class BooksAsked(BaseModel):
    """Which days are compared, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    first: date | None = Field(
        default=None,
        alias="from",
        description="The first day. Without it all up to the last day is compared, so that open "
        "balances are whole.",
    )
    last: date = Field(alias="to", description="The last day.")
    proven: bool = Field(
        default=False,
        description="Whether QuickBooks and MobiWork are read for it. It takes metered calls: one "
        "for each kind of document, and one more for each further 1,000 documents of a kind.",
    )
    preview: bool = Field(
        default=False, description="Only tell how many metered calls it would take; make nothing."
    )


@dataclass(frozen=True)
class BooksStarted:
    """A match that is being made, or what it would take.

    Attributes:
        match_id: What it is asked for by; None where only the calls were asked for.
        calls: How many metered calls it takes, about; at least, where `about` is not known.
        about: Whether that stands on how many documents an earlier match of the days found.
    """

    match_id: str | None
    calls: int
    about: bool


@dataclass(frozen=True)
class BooksMatchList:
    """The latest matches, the newest first."""

    matches: tuple[BooksMatch, ...]


@dataclass(frozen=True)
class FoundDifference:
    """One difference of one document with its cause.

    Attributes:
        kind: What is compared; cause: Why it differs; amount: MobiWork's figure less QuickBooks'.
        figure: Which figure of the document differs: its total, sales tax, open balance, customer
            or date; says: What it is on each side, in words; null in matches of before.
        label: What a person knows the document by.
        here, there: What each side says of the whole document now; None where it does not count.
        day: Its day (ISO 8601).
        party, customer: Whose balance it is, of an open balance: QuickBooks' id, and the name.
        flow, record_id: MobiWork's record; target, quickbooks_id: QuickBooks' document.
        note: What is known of why it stands so.
        fixes: Which fixes of the worklist help.
    """

    kind: BooksKind
    cause: BooksCause
    amount: Decimal
    label: str
    here: Decimal | None
    there: Decimal | None
    day: str | None
    party: str | None
    customer: str | None
    flow: str | None
    record_id: str | None
    target: str | None
    quickbooks_id: str | None
    note: str | None
    fixes: tuple[FixKind, ...]
    figure: BooksFigure | None = None
    says: str | None = None


@dataclass(frozen=True)
class DifferencePage:
    """Some differences; `next` is what asks for those after them, None at the end.

    differences: In the order of the report.
    """

    differences: tuple[FoundDifference, ...]
    next: str | None


@dataclass(frozen=True)
class BalanceCause:
    """Why a balance differs, and by how much.

    cause: Its key.
    count: How many documents.
    amount: In dollars.
    """

    cause: BooksCause
    count: int
    amount: Decimal


@dataclass(frozen=True)
class CustomerBalance:
    """What one customer owes on both sides on the last day, by the documents that are known.

    Attributes:
        customer: The name; quickbooks_id: the id there, None where it is not known.
        mobiwork, quickbooks: What is open on each side.
        causes: Why they differ.
    """

    customer: str
    quickbooks_id: str | None
    mobiwork: Decimal
    quickbooks: Decimal
    causes: tuple[BalanceCause, ...]


@dataclass(frozen=True)
class BalancePage:
    """Some open balances by name; `next` is what asks for those after them, None at the end.

    balances: By name.
    """

    balances: tuple[CustomerBalance, ...]
    next: str | None


def today(connection_id: str) -> date:
    """Return which day it is for the company."""
    settings, company = saved.read_settings(connection_id), saved.read_company(connection_id)
    return day_of(datetime.now(UTC), zone_of(settings, company))


def start(services: "Services", connection_id: str, asked: BooksAsked, *, by: str) -> BooksStarted:
    """Begin to match the books; what it will cost is told at once.

    Raises:
        RequestError: the first day is after the last one.
        ConflictError: another match of the connection is being made.
    """
    if asked.first and asked.first > asked.last:
        told = f"The first day, {asked.first}, is after the last day, {asked.last}."
        raise RequestError(told, errors=[Wrong("#/from", told)])
    latest = books.heads(connection_id, most=MOST)
    calls, about = _expected(latest, asked) if asked.proven else (0, True)
    if asked.preview:
        return BooksStarted(None, calls, about)
    machine = services.config.books_state_machine_arn
    if (
        latest
        and latest[0]["state"] == READING
        and services.is_running(latest[0]["match_id"], machine)
    ):
        raise ConflictError("The books are being compared. Try again when that has ended.")
    match_id, period = new_run_id(), BooksPeriod(asked.first, asked.last)
    head = begun(match_id, period, proven=asked.proven, by=by, at=datetime.now(UTC))
    books.save_head(connection_id, match_id, head)
    services.machines.start_execution(
        stateMachineArn=machine,
        name=match_id,
        input=json.dumps({"connection_id": connection_id, "run_id": match_id}),
    )
    how = "proven by reading both sides" if asked.proven else "from stored data"
    told = f"Requested a comparison of the books up to {asked.last}, {how}."
    activity.note(connection_id, by=by, what=told, after={"match": match_id})
    return BooksStarted(match_id, calls, about)


def _expected(latest: list[Body], asked: BooksAsked) -> tuple[int, bool]:
    """Return how many metered calls a match will take, and whether that is more than a guess.

    An earlier match of the same days tells how many documents there are, remembered or read.
    """
    days = (asked.first.isoformat() if asked.first else None, asked.last.isoformat())
    same = (one for one in latest if one["state"] == DONE and (one["from"], one["to"]) == days)
    before = next(same, None)
    if before is None:
        return len(OF_TARGET), False
    kinds = {one["kind"]: int(one["count_quickbooks"]) for one in before["result"]["kinds"]}
    return sum(kinds.get(kind, 0) // ROWS_A_CALL + 1 for kind in OF_TARGET.values()), True


def show(connection_id: str, match_id: str) -> BooksMatch:
    """Return a match: how far it is, and what it found.

    Raises:
        NotThereError: there is no such match.
    """
    return match_of(_head(connection_id, match_id), _company(connection_id))


def list_books_matches(connection_id: str) -> BooksMatchList:
    """Return the latest matches of a connection."""
    company = _company(connection_id)
    heads = books.heads(connection_id, most=SHOWN)
    return BooksMatchList(tuple(match_of(one, company) for one in heads))


def list_differences(  # noqa: PLR0913 - each is a choice of its own
    connection_id: str,
    match_id: str,
    *,
    kind: BooksKind | None = None,
    cause: BooksCause | None = None,
    after: str | None = None,
    limit: int = MOST,
) -> DifferencePage:
    """Return some differences of a match, of one kind or cause where they are named.

    Raises:
        NotThereError: there is no such match.
    """
    _head(connection_id, match_id)
    rows = (
        (place, row)
        for place, row in _rows(connection_id, match_id, DIFFERENCES, after)
        if (kind is None or row["kind"] == kind) and (cause is None or row["cause"] == cause)
    )
    return DifferencePage(*_page(rows, FoundDifference, after, limit))


def list_balances(
    connection_id: str, match_id: str, *, after: str | None = None, limit: int = MOST
) -> BalancePage:
    """Return some open balances of a match, by the name of the customer.

    Raises:
        NotThereError: there is no such match.
    """
    _head(connection_id, match_id)
    rows = _rows(connection_id, match_id, BALANCES, after)
    return BalancePage(*_page(rows, CustomerBalance, after, limit))


def _page[T](
    rows: Iterable[tuple[str, Body]], kind: type[T], after: str | None, limit: int
) -> tuple[tuple[T, ...], str | None]:
    """Return the first rows as values, and after which place others follow, if any do."""
    some = list(islice(rows, limit + 1))
    found = tuple(convert(row, kind) for _, row in some[:limit])
    if len(some) <= limit:
        return found, None
    return found, some[limit - 1][0] if found else after


def _rows(
    connection_id: str, match_id: str, part: str, after: str | None
) -> Iterator[tuple[str, Body]]:
    """Yield the rows of a part after a place, each with its own: the page, and where in it."""
    page_after, _, told = (after or "").partition(":")
    row_after = int(told) if told.isdecimal() else -1
    for page, rows in books.read_part(connection_id, match_id, part, begin=page_after or None):
        for place, row in enumerate(rows):
            if page == page_after and place <= row_after:
                continue
            yield f"{page}:{place}", row


def _head(connection_id: str, match_id: str) -> Body:
    head = books.head(connection_id, match_id)
    if head is None:
        raise NotThereError("There is no such comparison of the books.")
    return head


def _company(connection_id: str) -> str:
    return connections.read(connection_id).company_name
