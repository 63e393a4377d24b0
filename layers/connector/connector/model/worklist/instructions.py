"""Instructions: what a person says is to become of one record, kept until it is taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from connector.model.control.people import shown_caller
from connector.model.ids import ConnectionId, FlowName, RecordId


class Wish(StrEnum):
    """What a person wants of a record.

    LEAVE_OUT: it is kept out of the other side for good.
    LINK: it is the record of the other side whose id is the value.
    NAME: it is created under the name that is the value.
    KEEP: where both sides changed it, the value says who wins, as the setting of that does.
    UPDATE: its document is changed to what it says now, once, if nothing stands in the way.
    DONE: a person entered it by hand on the other side, as it was then.
    SEEN: a person saw to what was told of it, which is on the other side, as it was then.
    """

    LEAVE_OUT = "leave out"
    LINK = "link"
    NAME = "name"
    KEEP = "keep"
    UPDATE = "update"
    DONE = "done by hand"
    SEEN = "seen to"


QUICKBOOKS_WINS, MOBIWORK_WINS = "QuickBooks wins", "MobiWork wins"
"""The values of a wish to keep one side."""

OF_ONE_READING = (Wish.KEEP, Wish.UPDATE)
"""Wishes about what a record says now: a newer reading is asked about again."""


@dataclass(frozen=True)
class SaidThen:
    """What a document said when a person saw it.

    facts: what it said of money, party, date and tax.
    standing: why it did not count, as a sentence; None where it did.
    """

    facts: Mapping[str, str]
    standing: str | None = None


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """What a person wants of one record; a later instruction takes the place of an earlier one.

    value: a name, an id or a choice, as the wish says; None where it needs none.
    why: the reason in the person's words, None where none was given.
    by, at: who said it, and when, ISO 8601 in UTC.
    fingerprint: the reading that it is about; None where it holds for all.
    connection_id, flow, record_id: the record.
    seen: what a person saw of it who entered it by hand or saw to it; else None.
    wish: what is wanted.
    """

    connection_id: ConnectionId
    flow: FlowName
    record_id: RecordId
    wish: Wish
    value: str | None = None
    why: str | None = None
    by: str
    at: str
    fingerprint: str | None = None
    seen: SaidThen | None = None

    @property
    def sentence(self) -> str:
        """Say who leaves a record out, and why."""
        why = f": {self.why.rstrip('.')}" if self.why else ""
        return f"It is left out for good by {shown_caller(self.by)}{why}."

    def holds_for(self, fingerprint: str) -> bool:
        """Tell whether it is about a reading."""
        return self.fingerprint in {None, fingerprint}
