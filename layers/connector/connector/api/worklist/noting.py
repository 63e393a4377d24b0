"""Notes beside the worklist: what people write, who sees to it, until when it is not shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import BaseModel, ConfigDict, Field

from connector.api import activity
from connector.api.sent_ids import SentEntry
from connector.api.worklist.reading import chosen
from connector.engine.stores import DYNAMODB, Store
from connector.model.body import Body
from connector.model.worklist.notes import Note

MOST = 500


class NoteOf(BaseModel):
    """What is written beside some entries, or a cause; what is not sent stays as it was."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cause: str | None = Field(default=None, description="The key of a cause: all its entries.")
    entries: tuple[SentEntry, ...] = Field(
        default=(), max_length=MOST, description="Ids of entries, such as push_invoices/5501."
    )
    note: str | None = Field(default=None, max_length=2000, description="Empty takes it away.")
    assignee: str | None = Field(
        default=None, max_length=200, description="Who sees to it; empty takes it away."
    )
    snoozed_until: date | None = Field(
        default=None, description="It is not shown before this day; null shows it again."
    )


@dataclass(frozen=True)
class Noted:
    """About how many entries or causes something was written.

    noted: So many.
    """

    noted: int


def write(connection_id: str, asked: NoteOf, *, by: str, store: Store = DYNAMODB) -> Noted:
    """Keep what a person writes beside the worklist.

    Raises:
        RequestError: an entry is not on the worklist, or nothing is named.
        NotThereError: no entry has that cause.
    """
    about = _about(connection_id, asked, store)
    known = store.notes.read_all(connection_id)
    said = {name: getattr(asked, name) for name in asked.model_fields_set}
    at = datetime.now(UTC).isoformat()
    notes = [_changed(known.get(one), one, said, by=by, at=at) for one in about]
    store.notes.keep(connection_id, notes)
    told: Body = {name: str(value) for name, value in said.items() if name not in {"entries"}}
    owners = [tuple(one.split("/", 1)) for one in about if not asked.cause]
    records = [(flow, own) for flow, own in owners]
    activity.note(
        connection_id, by=by, what="Updated a worklist note.", after=told, records=records
    )
    return Noted(len(notes))


def _about(connection_id: str, asked: NoteOf, store: Store) -> list[str]:
    found, _ = chosen(connection_id, asked.cause, asked.entries, store, most=MOST)
    return [asked.cause] if asked.cause else [one.id for one in found]


def _changed(
    before: Note | None, about: str, said: Mapping[str, object], *, by: str, at: str
) -> Note:
    was = before or Note(about=about, by=by, at=at)
    text, assignee = said.get("note", was.text), said.get("assignee", was.assignee)
    sleeps = said.get("snoozed_until", was.snoozed_until)
    return Note(
        about=about,
        text=str(text) if text else None,
        assignee=str(assignee) if assignee else None,
        snoozed_until=sleeps if isinstance(sleeps, date) else None,
        by=by,
        at=at,
    )
