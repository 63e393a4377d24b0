"""Pending items: changed records that are to be synced, as read, until they are linked."""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from hashlib import blake2b

from connector.errors import OPEN_SETTINGS, Fix
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.policy.postable import Question
from connector.model.worklist.causes import Kind, from_words

WITHOUT_ID = "without-id-"
"""How the record id of an item begins whose record has no id in its source."""


class PendingState(StrEnum):
    """Where a pending item stands; waiting, refused, deleted and asked ones are the worklist.

    UNDECIDED waits for a decision that is asked for once, by an item ASKED for all of its kind.
    PLANNED is held with its plan: until the connection is started, or until it is approved.
    """

    CHANGED = "changed"
    SENT = "sent"
    WAITING = "waiting"
    REFUSED = "refused"
    DELETED = "deleted"
    UNDECIDED = "undecided"
    ASKED = "asked"
    PLANNED = "planned"


DUE = (PendingState.WAITING, PendingState.REFUSED)
"""States in which an item is work once its time has come."""
TO_DO = (PendingState.CHANGED, PendingState.SENT)
TO_PLAN = (*TO_DO, PendingState.WAITING, PendingState.ASKED)
WORKLIST = (
    PendingState.WAITING,
    PendingState.REFUSED,
    PendingState.DELETED,
    PendingState.ASKED,
)
OPEN = (
    PendingState.SENT,
    PendingState.WAITING,
    PendingState.REFUSED,
    PendingState.DELETED,
    PendingState.UNDECIDED,
)
"""States of records that do not go on, each of which a person can look at."""
OPEN_WITH_CAUSE = (PendingState.PLANNED, PendingState.CHANGED)
"""States of records that a person can look at, too, as long as a cause is kept of them."""
REPLACEABLE = (
    PendingState.CHANGED,
    PendingState.WAITING,
    PendingState.REFUSED,
    PendingState.UNDECIDED,
    PendingState.PLANNED,
)
"""States in which a newer reading may take the place of an older one, and a replay is possible."""
MAY_BE_POSTED = (
    *TO_DO,
    PendingState.WAITING,
    PendingState.REFUSED,
    PendingState.UNDECIDED,
    PendingState.PLANNED,
)
"""States in which a record is on its way to the other side, or would be once a person acted."""
KEPT_WHEN_GONE = (PendingState.SENT, PendingState.DELETED)
"""States in which an item outlives its record: it may be on the other side, or tells of that."""


class Need(IntEnum):
    """How much a flow needs a run, by its items; of several items the most urgent counts.

    RECOUNT: people are asked about some, which is counted anew where fewer are left to decide on.
    ALONG: some wait, and are planned again when a run starts for others.
    START: some are to be worked through now; a run starts for them.
    """

    NOTHING = 0
    RECOUNT = 1
    ALONG = 2
    START = 3


SETTLED_BY_CHOICE = frozenset({Kind.BEING_SENT, Kind.MOBIWORK_CALL, Kind.SAME})
"""Causes of which settings may be the end although no entry says so."""


def need_of(state: PendingState, *, due: bool) -> Need:
    """Return how much one item needs a run; `due` is whether its time has come."""
    if due or state in TO_DO:
        return Need.START
    rest = {PendingState.WAITING: Need.ALONG, PendingState.ASKED: Need.RECOUNT}
    return rest.get(state, Need.NOTHING)


def fingerprint(text: str) -> str:
    """Return the fingerprint of a record's mapped fields, given as canonical text."""
    return blake2b(text.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Hindrance:
    """What stands in the way of an item that does not go on.

    cause: its key, as in model/worklist/causes.py; None where nothing does.
    parents: the records that it waits for, each as entity and id with `/` between.
    worth: the amount that is held back; None where the record has none.
    """

    cause: str | None = None
    parents: tuple[str, ...] = ()
    worth: Decimal | None = None


UNHINDERED = Hindrance()


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """One newly read record of a flow, on its way to become a pending item.

    record_id: its id in its source.
    record: its text as read, XML of MobiWork or JSON of QuickBooks.
    fingerprint: of what is mapped of it; another one means that it has changed.
    found_at: when it was read, ISO 8601 in UTC.
    label: what a person knows it by.
    """

    record_id: RecordId
    record: str
    fingerprint: str
    found_at: str
    label: str

    def as_item(self, connection_id: ConnectionId, flow: FlowName) -> "PendingItem":
        """Return it as the item of a record that changed."""
        return PendingItem(
            connection_id=connection_id,
            flow=flow,
            record_id=self.record_id,
            state=PendingState.CHANGED,
            record=self.record,
            fingerprint=self.fingerprint,
            found_at=self.found_at,
            label=self.label,
        )


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """A record that is gone from one side while the other still has it, as a person is told.

    Attributes:
        record_id: Its id on the side that it is gone from.
        label: What a person calls it.
        reason: What a person is told, as a sentence.
        fixes: What a person is offered to do about it.
        found_at: When that was seen, ISO 8601 in UTC.
        cause: The key of what a person is told, as in model/worklist/causes.py.
    """

    record_id: RecordId
    label: str
    reason: str
    fixes: tuple[Fix, ...]
    found_at: str
    cause: str | None = None


@dataclass(frozen=True, kw_only=True)
class Asking(Deletion):
    """One question for all records that wait for its answer, as a person is told."""


@dataclass(frozen=True, kw_only=True)
class PendingItem:
    """One changed record of one flow, as stored.

    Attributes:
        connection_id: Whose record it is.
        flow: The flow that carries it to the other side.
        record_id: Its id on the side that it comes from.
        state: How far it has come.
        record: Its text as read from its source; empty when it is gone from there.
        fingerprint: Of that text; another reading of the record has another one.
        found_at: When that reading was found, ISO 8601 in UTC.
        label: What a person calls it.
        reason: Why it does not go on, if it was held.
        fixes: What a person is offered to do about it.
        tries: How often the remote failed on it although it answered otherwise.
        question: What a person must decide before it goes on.
        worth: Its amount, held back until that, or until what else stands in its way is gone.
        not_before: From when on one that waits or was refused is to be planned again, ISO 8601 in
            UTC; None when it waits for no time.
        refusals: How often in a row this reading was refused.
        approved: The hash of the planned body that a person approved; a newer reading needs
            another.
        cause: The key of why it does not go on, as in model/worklist; None where it goes on.
        since: From when on it does not go on for that cause, ISO 8601 in UTC.
        parents: The records that it waits for, each as entity and id with `/` between.
    """

    connection_id: ConnectionId
    flow: FlowName
    record_id: RecordId
    state: PendingState
    record: str
    fingerprint: str
    found_at: str
    label: str
    reason: str | None = None
    fixes: tuple[Fix, ...] = ()
    tries: int = 0
    question: Question | None = None
    worth: Decimal | None = None
    not_before: str | None = None
    refusals: int = 0
    approved: str | None = None
    cause: str | None = None
    since: str | None = None
    parents: tuple[str, ...] = ()

    @property
    def reading(self) -> NewItem:
        """What was read of the record, to be planned once more."""
        return NewItem(
            record_id=self.record_id,
            record=self.record,
            fingerprint=self.fingerprint,
            found_at=self.found_at,
            label=self.label,
        )

    @property
    def key_of_cause(self) -> str:
        """The key of what is in its way; from its words where it was stored without any."""
        return self.cause or from_words(self.reason)

    @property
    def is_open(self) -> bool:
        """Whether a person finds it on the worklist.

        What is only planned is there where somebody must approve, and what was held until it was
        tried again until there is an outcome.
        """
        return self.state in OPEN or (self.state in OPEN_WITH_CAUSE and bool(self.cause))

    @property
    def is_tried_again(self) -> bool:
        """Whether it was held, and is to be planned again by the next run."""
        return self.state is PendingState.CHANGED and bool(self.cause)

    def since_for(self, cause: str | None, now: str) -> str:
        """Return from when on it does not go on, held once more for a cause at a moment."""
        return self.since if self.since and self.cause == cause else now

    @property
    def was_deleted(self) -> bool:
        """Whether it was deleted in its source after it was sent, so that it may be there."""
        return self.cause == Kind.DELETED_HERE

    @property
    def waits_for_settings(self) -> bool:
        """Whether it is planned again when settings are saved.

        So is what was sent and is not there: settings may have kept it from being sent again. So is
        what MobiWork has no call for: settings switch assumed ones on. So is what may be in
        QuickBooks: settings may say what it is there.
        """
        undecided = self.state is PendingState.UNDECIDED
        concerned = undecided or self.cause in SETTLED_BY_CHOICE
        return concerned or any(fix.action == OPEN_SETTINGS.action for fix in self.fixes)

    @property
    def names_inactive(self) -> bool:
        """Whether it was refused for something that is inactive in QuickBooks."""
        return any(fix.action == "activate" for fix in self.fixes)


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A record that settings or its own state keep out of the other side, why, and since when.

    Attributes:
        record_id: Its id on the side that it comes from.
        record: Its text as read; empty where a person undid it, for then there is no reading.
        fingerprint: Of the reading that was left out; a newer one of the record has another.
        label: What a person calls it.
        reason: Why it is left out, as a sentence.
        found_at: Since when, ISO 8601 in UTC.
    """

    record_id: RecordId
    record: str
    fingerprint: str
    label: str
    reason: str
    found_at: str


@dataclass(frozen=True)
class Glance:
    """How a record and its kind stand when it is ready and nothing but its call is left.

    Attributes:
        fingerprint: That of the newest reading of the record; None where it was deleted.
        differing: Which totals of its flow differ, as `totals.standing` says; None where that was
            not asked, or none ever did.
    """

    fingerprint: str | None
    differing: str | None = None
