"""The worklist: causes with sums, their entries, fixes that do something, and notes."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from connector.api.worklist import candidates, fixing, noting, show
from connector.api.worklist.candidates import LinkCandidates
from connector.api.worklist.fixing import Fixed, FixOf
from connector.api.worklist.noting import Noted, NoteOf
from connector.api.worklist.order import MOST, EntriesAsked, EntryOrder
from connector.api.worklist.reading import known
from connector.api.worklist.show import EntryPage, ShownWorklist
from connector.lambdas.routes.shared import ConnectionPath, caller
from connector.lambdas.routing import Routes
from connector.services import services

PATH = "/connections/<connection_id>/worklist"
routes = Routes("worklist")

OneEntry = Annotated[str, Query(max_length=200, description="The id of one entry.")]
LikeText = Annotated[
    str | None,
    Query(max_length=200, description="With `read`: a name, e-mail address, number or amount."),
]
WithRead = Annotated[bool, Query(description="Whether to make one metered call if need be.")]
OfCause = Annotated[
    str | None, Query(max_length=200, description="The key of a cause; all entries without it.")
]
AfterEntry = Annotated[str | None, Query(description="`next` of the page before.")]
EntryLimit = Annotated[int, Query(ge=1, le=MOST, description="At most so many.")]
WithSnoozed = Annotated[bool, Query(description="Whether to show those put off to a later day.")]
OnlyEntry = Annotated[
    str | None, Query(max_length=600, description="Only that entry, or the one it stands under.")
]
OneOrder = Annotated[EntryOrder, Query(description="By what they are listed.")]


@routes.answer("GET", PATH)
def show_worklist(connection_id: ConnectionPath) -> ShownWorklist:
    """Show why records do not go on: by cause with counts, sums and fixes, the most money first."""
    return show.show(known(connection_id))


@routes.answer("GET", f"{PATH}/entries")
def list_worklist_entries(  # noqa: PLR0913, PLR0917 - the parameters of a request
    connection_id: ConnectionPath,
    cause: OfCause = None,
    after: AfterEntry = None,
    limit: EntryLimit = 100,
    snoozed: WithSnoozed = False,
    order: OneOrder = EntryOrder.OLDEST,
    entry: OnlyEntry = None,
) -> EntryPage:
    """List entries, the oldest first unless asked: who, what, why, since when, and fixes each."""
    asked = EntriesAsked(
        cause=cause, entry=entry, after=after, limit=limit, snoozed=snoozed, order=order
    )
    return show.list_entries(known(connection_id), asked)


@routes.answer("GET", f"{PATH}/candidates")
def list_worklist_candidates(
    connection_id: ConnectionPath,
    entry: OneEntry,
    read: WithRead = False,
    like: LikeText = None,
) -> LinkCandidates:
    """List what an entry may be linked to, with facts; QuickBooks is asked only with `read`."""
    return candidates.find(services(), known(connection_id), entry, read=read, like=like)


@routes.answer("POST", f"{PATH}/fixes", problems=[HTTPStatus.CONFLICT])
def fix_worklist_entries(connection_id: ConnectionPath, asked: FixOf) -> Fixed:
    """Tell what a fix would do to some entries or all of a cause, or do it."""
    return fixing.fix(services(), connection_id, asked, by=caller(routes))


@routes.answer("POST", f"{PATH}/notes")
def note_worklist_entries(connection_id: ConnectionPath, asked: NoteOf) -> Noted:
    """Write a note beside entries, say who sees to them, or put them off to a later day."""
    return noting.write(known(connection_id), asked, by=caller(routes))
