"""Records: find one by what is known of it, list those in one state, and tell the story of one."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from connector.api import budget
from connector.api.budget import FlowCalls
from connector.api.runs import search, story
from connector.api.runs.search import RecordsAsked, StateCount
from connector.api.undoing import again
from connector.api.undoing.again import PostAgain
from connector.console import deeds
from connector.console.asking import Go, PageRequest, Pages, PageView, Reply
from connector.console.charts import forecast
from connector.console.pages.shared import CONNECTION, ask_first, is_sure, page_of
from connector.console.reading import form_of
from connector.console.sorting import Columns, sort
from connector.console.words import label
from connector.entities.registry import NAMES
from connector.errors import RequestError
from connector.model.body import capital
from connector.model.ids import in_words
from connector.model.tracking.stands import FOUND_BY, kept_as
from connector.model.tracking.tracked import Sought, StandsAs, TrackedPage, TrackedRecord
from connector.model.worklist.fixes import ASKED, FixKind
from connector.services import services

pages = Pages()
RECORDS = f"{CONNECTION}/records"
SHOWN = 50
COLUMNS: Columns[TrackedRecord] = {
    "record": lambda one: (one.flow, one.label.casefold()),
    "customer": lambda one: one.customer and one.customer.casefold(),
    "day": lambda one: one.day,
    "amount": lambda one: one.amount,
    "state": lambda one: one.state.value,
    "since": lambda one: one.since,
}
COUNTS: Columns[StateCount] = {
    "kind": lambda one: in_words(one.flow),
    "state": lambda one: one.state.value,
    "records": lambda one: one.count,
    "amount": lambda one: one.amount,
}
KNOWN = ("number", "customer", "amount", "first", "last", "state", "flow", "id")


class Search(BaseModel):
    """What a person knows of the records; `id` is that of either side.

    number: of the document, or its beginning.
    customer: a name.
    amount: in dollars.
    first, last: days, both included.
    state, flow: None for all.
    """

    model_config = ConfigDict(frozen=True)

    number: str | None = Field(default=None, max_length=200)
    customer: str | None = Field(default=None, max_length=200)
    amount: Decimal | None = None
    first: date | None = None
    last: date | None = None
    state: StandsAs | None = None
    flow: str | None = Field(default=None, max_length=64)
    id: str | None = Field(default=None, max_length=200)


@pages.get(RECORDS)
def find_records(asked: PageRequest) -> Reply:
    """Find records; without anything to go by, show how many stand where."""
    told = {name: asked.query[name].strip() for name in KNOWN if asked.query.get(name, "").strip()}
    wanted = form_of(Search, told | {"amount": _plain(told.get("amount"))})
    page = _found(asked, wanted) if told else TrackedPage((), None)
    stored = () if wanted.number else ("day",)
    rows, sorting = sort(asked, page.records, COLUMNS, following=page.next, stored=stored)
    counts: tuple[StateCount, ...] = ()
    if not told:
        counts, sorting = sort(asked, search.counts(asked.connection_id).counts, COUNTS)
    return page_of(
        asked,
        "records.html",
        "Find a record",
        rows=rows,
        sorting=sorting,
        next=page.next,
        counts=counts,
        told=told,
        states=[one.value for one in FOUND_BY],
        flows=NAMES,
    )


def _plain(amount: str | None) -> str | None:
    """Return an amount as people type it, without its dollar sign and separators."""
    return amount.replace(",", "").replace("$", "").strip() if amount else None


def _found(asked: PageRequest, wanted: Search) -> TrackedPage:
    sought = Sought(
        number=wanted.number,
        customer=wanted.customer,
        amounts=frozenset(() if wanted.amount is None else [wanted.amount]),
        first=wanted.first,
        last=wanted.last,
        state=kept_as(wanted.state),
        flows=frozenset([wanted.flow] if wanted.flow else ()),
    )
    oldest = asked.query.get("sort") == "day"
    ids = RecordsAsked(
        sought=sought, mobiwork_id=wanted.id, quickbooks_id=wanted.id, oldest_first=oldest
    )
    after = asked.query.get("after") or None
    return search.find(asked.connection_id, ids, after=after, limit=SHOWN)


@pages.get(f"{RECORDS}/<flow>/<record_id>")
def tell_story(asked: PageRequest) -> Reply:
    """Tell where a record is and how it came there, as far as that is known without a call."""
    return _story(asked, now=False)


@pages.post(f"{RECORDS}/<flow>/<record_id>")
def compare_now(asked: PageRequest) -> Reply:
    """Read a record on both sides and tell the same: metered calls, but nothing is changed."""
    return _story(asked, now=True)


def _story(asked: PageRequest, *, now: bool) -> PageView:
    flow, record_id = asked.path["flow"], asked.path["record_id"]
    told = story.tell(services(), asked.connection_id, flow, record_id, now=now)
    people = [replace(one, owners=()) for one in deeds.shown(asked.connection_id, told.people)]
    left_out = any(one.what == ASKED[FixKind.LEAVE_OUT] for one in told.people)
    return page_of(
        asked,
        "story.html",
        _heading(told),
        story=told,
        people=people,
        by_a_person=left_out,
        undone=_may_be_undone(told)
        and bool(again.undone_of(asked.connection_id, flow, [record_id])),
    )


def _heading(told: story.Story) -> str:
    """Name a record, and whose it is where its name does not say so."""
    whose = told.stands.customer if told.stands and told.stands.day else None
    of = f" of {whose}" if whose and whose.casefold() not in told.label.casefold() else ""
    return f"{label(told.label)}{of}"


def _may_be_undone(told: story.Story) -> bool:
    """Tell whether it is worth a look whether a record was undone: it has no link then."""
    left_out = told.left_out or (told.stands and told.stands.state is StandsAs.LEFT_OUT)
    return not told.other_side and bool(left_out or told.flow.startswith("pull_"))


@pages.post(f"{RECORDS}/<flow>/<record_id>/post-again")
def post_again(asked: PageRequest) -> Reply:
    """Tell what posting again does to a record that was undone; once that was seen, do it."""
    flow, record_id = asked.path["flow"], asked.path["record_id"]
    here = asked.at("records", flow, quote(record_id, safe=""))
    if not is_sure(asked):
        known = search.of_flow(asked.connection_id, flow, [record_id]).get(record_id)
        if not again.undone_of(asked.connection_id, flow, [record_id]):
            raise RequestError("It was not undone, so it cannot be posted again.")
        tells = [
            f"{capital(known.label) if known else f'Record {record_id}'} is posted "
            "again, once, as it is now, in the run that follows the next check. "
            "Anything made inactive becomes active again."
        ]
        return ask_first(asked, tells, {}, to=f"{here}/post-again", back=here)
    wanted = form_of(PostAgain, {"flow": flow, "record_ids": [record_id]})
    again.post_again(services(), asked.connection_id, wanted, by=asked.by)
    return Go(to=here, said="It is sent again in the run that follows the next check.")


USES = {
    "looks": ("Looks", "Asking QuickBooks what changed, before each run."),
    "connecting": ("Connecting", "Reading the company when it was connected."),
    "by hand": ("Requested by people", "Comparing a record, linking, undoing documents."),
    "other": ("Around runs", "Reading the company, finding matches, and comparing the books."),
}
"""What calls that belong to no flow are called, and what they are for."""


CALLS: Columns[FlowCalls] = {
    "for": lambda one: USES[one.flow][0] if one.flow in USES else capital(in_words(one.flow)),
    "reads": lambda one: one.metered,
    "writes": lambda one: one.free,
}


@pages.get(f"{CONNECTION}/budget")
def show_budget(asked: PageRequest) -> Reply:
    """Show the metered calls of the connection against what the app may make."""
    shown = budget.of_connection(services(), asked.connection_id)
    chart = forecast(shown.metered, shown.forecast, shown.level, now=datetime.now(UTC))
    flows, sorting = sort(asked, shown.flows, CALLS)
    return page_of(
        asked,
        "budget.html",
        "Call budget",
        shown=shown,
        flows=flows,
        sorting=sorting,
        chart=chart,
        uses=USES,
    )
