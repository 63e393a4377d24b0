"""Why records do not go on: a cause has a stable key, and words for what all of one cause share.

A key is a kind, or a kind and what it is about: `closed-books`, `payment-method|Venmo`. It is set
where a record is refused or let wait and stored on its pending item; what was stored without one
gets it from its words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

from connector.errors import Obstacle
from connector.model.plans import Reference
from connector.model.policy.postable import Question
from connector.model.policy.settings import Settings, title

SEPARATOR, OF = "|", "="
ABOUT_LENGTH = 120
"""So much of what a cause is about is in its key."""


class Kind(StrEnum):
    """What stands in the way of a record."""

    APPROVAL = "approval"
    PARENT = "parent"
    PARENT_LEFT_OUT = "parent-left-out"
    PARENT_UNKNOWN = "parent-unknown"
    QUESTION = "question"
    SETTING = "setting"
    TAX = "tax"
    MAPPING = "mapping"
    PAYMENT_METHOD = "payment-method"
    CUSTOM_FIELD = "custom-field"
    TRACKING = "tracking"
    CLOSED = "closed-books"
    RECORD = "record"
    UNREADABLE = "unreadable"
    UNREADABLE_THERE = "unreadable-there"
    WITHOUT_ID = "without-id"
    SAME = "same-record"
    SEVERAL = "several"
    NAME_TAKEN = "name-taken"
    LINKED_ELSEWHERE = "linked-elsewhere"
    EXTERNAL_ID = "external-id"
    BOTH_CHANGED = "both-changed"
    CHANGED_HERE = "changed-here"
    CHANGED_THERE = "changed-there"
    DONE_AND_CHANGED = "done-and-changed"
    NOT_UPDATABLE = "not-updatable"
    KIND_CHANGED = "kind-changed"
    DELETED_HERE = "deleted-here"
    CALLED_OFF = "called-off"
    GONE_THERE = "gone-there"
    UNDONE = "undone"
    INACTIVE_THERE = "inactive-there"
    TWICE = "twice"
    TOTAL = "total-differs"
    TO_FINISH = "to-finish"
    OWED = "owed-otherwise"
    STOPPED = "kind-stopped"
    ENTERED_AGAIN = "entered-again"
    BEING_SENT = "being-sent"
    FUTURE = "future-dated"
    START_DATE = "start-date"
    SINCE_START = "paid-since-start"
    INACTIVE = "inactive"
    DOCUMENT_GONE = "document-gone"
    NOT_OWED = "not-owed"
    BOOKED = "booked-otherwise"
    REMOTE_FAILED = "remote-failed"
    QUICKBOOKS = "quickbooks"
    MOBIWORK = "mobiwork"
    MOBIWORK_CALL = "mobiwork-call"
    MOBIWORK_IGNORED = "mobiwork-ignored"
    MOVED = "moved"
    OTHER = "other"


TITLES: dict[Kind, str] = {
    Kind.APPROVAL: "Its plan is waiting for approval",
    Kind.PARENT: "It is waiting for {about}",
    Kind.PARENT_LEFT_OUT: "It is waiting for {about}, which is left out",
    Kind.PARENT_UNKNOWN: "It is waiting for {about}, which MobiWork does not list",
    Kind.QUESTION: "The {about} needs a decision",
    Kind.SETTING: 'The setting "{setting}" must be chosen or corrected',
    Kind.TAX: "Its sales tax would not be charged in QuickBooks",
    Kind.MAPPING: 'The setting "{setting}" does not say what "{about}" stands for',
    Kind.PAYMENT_METHOD: 'QuickBooks has no payment method "{about}"',
    Kind.CUSTOM_FIELD: "A custom field is mapped to one that is not in use in QuickBooks",
    Kind.TRACKING: "QuickBooks has no active {about}",
    Kind.CLOSED: "The books in QuickBooks are closed on its date",
    Kind.RECORD: "Something on it must be corrected in MobiWork",
    Kind.UNREADABLE: "MobiWork sent it in a form that cannot be read",
    Kind.UNREADABLE_THERE: "QuickBooks cannot show a record of its kind ({about})",
    Kind.WITHOUT_ID: "MobiWork sent it without an ID",
    Kind.SAME: "It may already be in QuickBooks",
    Kind.SEVERAL: "It could match several records",
    Kind.NAME_TAKEN: "Its name belongs to another record in QuickBooks",
    Kind.LINKED_ELSEWHERE: "Its QuickBooks record is linked to another MobiWork record",
    Kind.EXTERNAL_ID: "MobiWork refers to a QuickBooks record that is not there",
    Kind.BOTH_CHANGED: "It was changed on both sides at once",
    Kind.CHANGED_HERE: "It was changed in MobiWork after it was posted",
    Kind.CHANGED_THERE: "It was changed in QuickBooks after it was posted",
    Kind.DONE_AND_CHANGED: "It was changed in MobiWork after it was entered by hand",
    Kind.NOT_UPDATABLE: "The QuickBooks document can no longer be changed",
    Kind.KIND_CHANGED: "It became another kind of record",
    Kind.DELETED_HERE: "It was deleted in MobiWork but is in QuickBooks",
    Kind.CALLED_OFF: "It no longer counts in MobiWork but is in QuickBooks",
    Kind.GONE_THERE: "It was voided or deleted in QuickBooks",
    Kind.UNDONE: "It was undone, and the MobiWork record has changed since",
    Kind.INACTIVE_THERE: "It is inactive on one side and in use on the other",
    Kind.TWICE: "QuickBooks has it twice",
    Kind.TOTAL: "The QuickBooks document differs from MobiWork's",
    Kind.TO_FINISH: "Part of it has to be finished by hand in QuickBooks",
    Kind.OWED: "Its MobiWork balance does not match its payments",
    Kind.STOPPED: "Documents of its kind are stopped until someone decides",
    Kind.ENTERED_AGAIN: "It looks like one that was canceled and entered again",
    Kind.BEING_SENT: "It was sent, but QuickBooks has not confirmed it yet",
    Kind.FUTURE: "It is dated in the future",
    Kind.START_DATE: "It belongs partly to documents from before the start date",
    Kind.SINCE_START: "Money dated after the start date belongs to earlier documents",
    Kind.INACTIVE: "{about} is inactive or missing in QuickBooks",
    Kind.DOCUMENT_GONE: "What it pays or credits is no longer in QuickBooks",
    Kind.NOT_OWED: "More is paid or credited than is owed in QuickBooks",
    Kind.BOOKED: "It is in QuickBooks as a different kind of record",
    Kind.REMOTE_FAILED: "The other side keeps failing on it",
    Kind.QUICKBOOKS: "QuickBooks refused it (code {about})",
    Kind.MOBIWORK: "MobiWork refused it (code {about})",
    Kind.MOBIWORK_CALL: "The MobiWork API does not support it",
    Kind.MOBIWORK_IGNORED: "MobiWork did not save all of it",
    Kind.MOVED: "It was moved in QuickBooks",
    Kind.OTHER: "Something else",
}

_CODE = re.compile(r"\(QuickBooks says: .*code (\w+)\.\)", re.DOTALL)
_WORDS: tuple[tuple[str, Kind], ...] = (
    ("It is waiting for ", Kind.PARENT),
    ("The setting ", Kind.SETTING),
    ("the books in QuickBooks are closed", Kind.CLOSED),
    ("QuickBooks has it twice", Kind.TWICE),
    ("It was deleted in MobiWork", Kind.DELETED_HERE),
    ("It was changed in MobiWork after it was posted", Kind.CHANGED_HERE),
    ("which is in the future", Kind.FUTURE),
    ("was deleted in QuickBooks", Kind.GONE_THERE),
    ("was voided in QuickBooks", Kind.GONE_THERE),
    ("no one has decided", Kind.QUESTION),
)
"""How the words of items that were stored without a cause begin or what they hold."""


@dataclass(frozen=True)
class NamedCause:
    """A cause: its kind, and what it is about, an empty text where all of its kind are alike."""

    kind: Kind
    about: str

    @cached_property
    def key(self) -> str:
        """The text that it is stored and asked for by."""
        return cause(self.kind, self.about)

    @property
    def setting(self) -> str | None:
        """The setting that it is about, if it is about one."""
        match self.kind:
            case Kind.SETTING | Kind.MAPPING:
                found = self.about.partition(OF)[0]
            case Kind.PAYMENT_METHOD:
                found = "payment_methods"
            case _:
                return None
        return found if found in Settings.model_fields else None

    @property
    def value(self) -> str:
        """What MobiWork says that nobody has said the meaning of, or what else it is about."""
        return self.about.partition(OF)[2] if self.kind is Kind.MAPPING else self.about

    @property
    def title(self) -> str:
        """What all records of it share, as the heading of their entries."""
        named = title(self.setting) if self.setting else ""
        words = {"about": self.value or "another record", "setting": named or "see below"}
        return TITLES[self.kind].format(**words)


def cause(kind: Kind, about: str | None = None) -> str:
    """Return the key of a cause."""
    about = " ".join((about or "").split())[:ABOUT_LENGTH]
    return f"{kind.value}{SEPARATOR}{about}" if about else kind.value


def of_setting(setting: str, sentence: str) -> Obstacle:
    """Return a sentence that a setting must be chosen for, with that cause."""
    return Obstacle(sentence, cause(Kind.SETTING, setting))


def of_mapping(setting: str, value: str, sentence: str) -> Obstacle:
    """Return a sentence that a setting must say what a value stands for, with that cause."""
    return Obstacle(sentence, cause(Kind.MAPPING, f"{setting}{OF}{value}"))


def of_question(question: Question) -> str:
    """Return the key of what nobody has decided; the same for all spellings of the value."""
    return cause(Kind.QUESTION, f"{question.word} {question.value}".strip())


def of_wait(references: Sequence[Reference]) -> str:
    """Return the key of waiting for records: for the first of them."""
    return cause(Kind.PARENT, references[0].label) if references else Kind.OTHER.value


@lru_cache(maxsize=4096)
def read(key: str) -> NamedCause:
    """Return the cause of a key; one that nobody knows any more is something else."""
    kind, _, about = key.partition(SEPARATOR)
    known = kind in Kind
    return NamedCause(Kind(kind), about) if known else NamedCause(Kind.OTHER, "")


def from_words(reason: str | None) -> str:
    """Return the key for an item that was stored without one, from its words."""
    words = reason or ""
    if found := _CODE.search(words):
        return cause(Kind.QUICKBOOKS, found[1])
    return next((kind.value for text, kind in _WORDS if text in words), Kind.OTHER.value)
