"""What is to be done with one record, decided without I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from connector.errors import Fix
from connector.model.body import Body
from connector.model.policy.postable import Question


class Reference(NamedTuple):
    """A record that another one of the same side refers to; `label` names it to a person.

    Where `instead` is given, a record of that entity and the same id does as well, unless MobiWork
    lists the first one too.

    record_id: MobiWork's id of it, or QuickBooks' where a pull refers.
    """

    entity: str
    record_id: str
    label: str
    instead: str | None = None


@dataclass(frozen=True)
class Create:
    """Post `body`; `content_hash` identifies it.

    twin_query: finds what QuickBooks may hold of it already, in QuickBooks' query language.
    """

    body: Body
    content_hash: str
    twin_query: str


@dataclass(frozen=True)
class Update:
    """Send the `changed` members of `body` as a sparse update of the linked record.

    only_as_posted: whether it is for a person to do once QuickBooks has another version.
    content_hash: identifies the record as it will stand then.
    """

    body: Body
    changed: Body
    content_hash: str
    only_as_posted: bool = False


@dataclass(frozen=True)
class Adopt:
    """Link the record to QuickBooks' `quickbooks_id`, as both stand.

    decided: whether a person said that they are the same; else MobiWork's external id says it.
    body, content_hash: what MobiWork says now, and its hash.
    """

    quickbooks_id: str
    body: Body
    content_hash: str
    decided: bool = False


@dataclass(frozen=True)
class Skip:
    """Nothing to do, and why.

    drift: what differs from what was posted once; None where nothing does.
    left_out: whether it is the settings or the record's state that keep it out of QuickBooks.
    away: whether a person took it out of QuickBooks, where it is not to be again.
    tell: whether a person must be told, because the other side still has it in use.
    cause: the key of what a person is told, as in model/worklist/causes.py.
    reason: a sentence.
    """

    reason: str
    drift: str | None = None
    left_out: bool = False
    away: bool = False
    tell: bool = False
    cause: str | None = None


@dataclass(frozen=True)
class Wait:
    """Not before `references` are on the other side, or not before a day.

    not_before: the moment at which it is planned again by itself; None where it waits for none.
    cause: the key of why, as in model/worklist/causes.py; None for one that waits for references.
    reason: a sentence.
    """

    references: tuple[Reference, ...]
    reason: str
    not_before: datetime | None = None
    cause: str | None = None


@dataclass(frozen=True)
class Refuse:
    """A person must act first; `cause` is the key of why, as in model/worklist/causes.py.

    reason: sentences.
    fixes: what a person can do about it, the best first.
    """

    reason: str
    fixes: tuple[Fix, ...]
    cause: str | None = None


@dataclass(frozen=True)
class Ask:
    """Not before a person decided what all records that say the same are.

    question: what is to be decided.
    reason: a sentence.
    """

    question: Question
    reason: str


Plan = Create | Update | Adopt | Skip | Wait | Refuse | Ask
