"""What a translation may know besides the record: values that were read before, and no I/O."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connector.model.body import Body
from connector.model.company import Company
from connector.model.flows.field import Values
from connector.model.policy.settings import Settings


@dataclass(frozen=True)
class Linked:
    """What a link tells about a record that is in QuickBooks.

    Records that go both ways keep what each side held when they last agreed.

    Attributes:
        quickbooks_id: The id of the QuickBooks record.
        sync_token: QuickBooks' version of it when it was last read or written.
        content_hash: The hash of the body as last sent; None where a pull changed it since.
        base: The body as last agreed by both sides.
        total: QuickBooks' own total of a document, in dollars.
        kind: What the record was when it was linked, where that may not change.
        line_ids: QuickBooks' ids of a document's lines, in their order.
        in_mobiwork: What MobiWork held, by field.
        in_quickbooks: What QuickBooks held, by field.
        disputed: The fields that a person must decide.
        merged_into: The MobiWork record that is linked to what this one was merged into in
            QuickBooks; one that was merged is not sent any more.
        gone: How a document was voided or deleted in QuickBooks, as a sentence.
        facts: What MobiWork's record said of money, party, date and tax when it was posted.
        drift: How a posted document differs from its record by now, in sentences.
        target: The QuickBooks entity, where that is known.
        tax: QuickBooks' own sales tax in the total; None where that was not kept.
    """

    quickbooks_id: str
    sync_token: str
    content_hash: str | None
    base: Body
    total: Decimal | None = None
    kind: str | None = None
    line_ids: tuple[str, ...] = ()
    in_mobiwork: Values = field(default_factory=dict)
    in_quickbooks: Values = field(default_factory=dict)
    disputed: tuple[str, ...] = ()
    merged_into: str | None = None
    gone: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    drift: str | None = None
    target: str | None = None
    tax: Decimal | None = None


@dataclass(frozen=True)
class BookedIn:
    """What a record was said to be, or to be in, in QuickBooks, where payments of it may be due.

    named: what a person knows it by.
    less: the last day of what was taken off it when it was typed; None where nothing was.
    """

    named: str
    less: date | None = None


@dataclass(frozen=True)
class PushContext:
    """Everything that a translation to QuickBooks may use besides the record.

    Attributes:
        settings: The settings of the connection.
        company: What is remembered of the QuickBooks company.
        links: The links of the record and of all that it refers to, by MobiWork entity and id.
        unsettled: Those of them that were sent and are not known to be in QuickBooks, likewise.
        marker: The text that marks a QuickBooks document as made from this record.
        blocked: What is wrong with settings or company that stops the whole flow, as sentences.
        today: The day it is for the company.
        taken: What other records of the flow take of the same (`PushFlow.takes_of`), by their ids.
        moves: How many pieces of each product waiting documents will take out of stock.
        seen_on: The day on which the record was first seen as it is, for the company.
        connected_on: The company's day on which it was connected, where it was noted.
        too_early: Which of the records that it refers to are left out for their day, likewise.
        taken_out: Which of them a person left out, or said to be a document of another kind there.
        booked_in: In what those of them are, that may be open there: a whole that several are, or a
            charge in a journal entry.
        places: The addresses of the customers that documents are for, by customer and id.
        called_off: The posted records of the flow that do not count in MobiWork any more, by the
            names of their links, as a person knows them.
        changed_here: Those that were changed in MobiWork since, likewise.
    """

    settings: Settings
    company: Company
    links: Mapping[tuple[str, str], Linked]
    marker: str
    blocked: tuple[str, ...] = ()
    today: date = date.max
    seen_on: date = date.max
    moves: Mapping[str, Decimal] = field(default_factory=dict)
    places: Mapping[str, Mapping[str, Body]] = field(default_factory=dict)
    taken: Mapping[str, Decimal] = field(default_factory=dict)
    unsettled: AbstractSet[tuple[str, str]] = frozenset()
    connected_on: date | None = None
    too_early: AbstractSet[tuple[str, str]] = frozenset()
    called_off: Mapping[tuple[str, str], str] = field(default_factory=dict)
    changed_here: Mapping[tuple[str, str], str] = field(default_factory=dict)
    taken_out: AbstractSet[tuple[str, str]] = frozenset()
    booked_in: Mapping[tuple[str, str], BookedIn] = field(default_factory=dict)

    def id_of(self, entity: str, mobiwork_id: str) -> str:
        """Return the QuickBooks id a MobiWork record is linked to.

        Raises:
            KeyError: it is not linked; planning waits on references before translating.
        """
        return self.links[entity, mobiwork_id].quickbooks_id


@dataclass(frozen=True)
class PullContext:
    """Everything that a translation to MobiWork may use besides the record.

    Attributes:
        settings: The settings of the connection.
        links: The MobiWork ids of the QuickBooks records it refers to, by QuickBooks entity and id.
        in_mobiwork: What MobiWork held of the record itself when both sides last agreed, by field.
    """

    settings: Settings
    links: Mapping[tuple[str, str], str]
    in_mobiwork: Values = field(default_factory=dict)
