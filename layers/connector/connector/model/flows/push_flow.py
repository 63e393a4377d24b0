"""Push flows: one MobiWork entity to QuickBooks, as groups of small values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from connector.errors import RejectedError
from connector.model.body import Body, Json, Read
from connector.model.company import Company
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.field import Field
from connector.model.flows.hierarchy import Hierarchy
from connector.model.flows.records import MobiWorkRecords
from connector.model.ids import FlowName
from connector.model.outcomes import About
from connector.model.plans import Reference
from connector.model.policy.postable import POSTED, Verdict
from connector.model.policy.settings import Settings
from connector.model.totals import Difference, DifferenceCause


@dataclass(frozen=True)
class PushEligibility[R: BaseModel]:
    """Whether a record is for QuickBooks; each reason is a sentence, None means none.

    Attributes:
        problems: What is wrong with the record itself, as sentences.
        skip_reason: Why it is not for QuickBooks, or not yet: its status, say.
        skip_create_reason: Why one that is not in QuickBooks yet is not created in this company.
        day: The day of its document, given what else is known; None where it is no document.
        verdict: Whether it may be posted, by its status and the like. One that may not any more
            (void, bounced) and is in QuickBooks already is told to a person and left there.
    """

    problems: Callable[[R], list[str]]
    skip_reason: Callable[[R, Settings], str | None] = lambda _record, _settings: None
    day: Callable[[R, PushContext], date | None] = lambda _record, _known: None
    skip_create_reason: Callable[[R, Company], str | None] = lambda _record, _company: None
    verdict: Callable[[R, Settings, Company], Verdict] = lambda _record, _settings, _company: POSTED


@dataclass(frozen=True)
class ListEntry:
    """An entry of a list of QuickBooks that a record names and that is to be made there.

    Attributes:
        entity: The QuickBooks entity.
        body: What is sent; its Name is what it is known by.
        learned: What is remembered of the company once it is there, given its row.
    """

    entity: str
    body: Body
    learned: Callable[[Company, Json], Company]

    @property
    def name(self) -> str:
        """What it is known by."""
        return str(self.body["Name"])


@dataclass(frozen=True)
class PushReferences[R: BaseModel]:
    """The other records that one refers to.

    Attributes:
        needed: Those that must be in QuickBooks first, with these settings in this company.
        mentioned: Further ones whose links the translation uses when they are there.
        customer: The MobiWork id of the customer that it is about, if there is one.
        place: The customer among whose addresses is the place that a document names by its id.
    """

    needed: Callable[[R, Settings, Company], tuple[Reference, ...]] = lambda _r, _s, _company: ()
    mentioned: Callable[[R], tuple[Reference, ...]] = lambda _record: ()
    customer: Callable[[R], str | None] = lambda _record: None
    place: Callable[[R], str | None] = lambda _record: None


@dataclass(frozen=True)
class PushTranslation[R: BaseModel]:
    """What QuickBooks gets.

    Attributes:
        body: The QuickBooks body of a record. Raises RecordError where a person must act first.
        check: What of that is known whatever else is wrong with the record, and before what it
            refers to is there; raises the same.
        create_only: The members that are sent when the record is created and never again.
        retry_body: Another body to try once after a refusal, given a way to read QuickBooks and
            what was known when it was planned; None where nothing else is to be tried. A record of
            QuickBooks, which has an Id, says that it is that one already. Raises RecordError where
            the reason is known better than QuickBooks tells it.
        fields: What both sides may change, for records that go both ways: what an update sends is
            then decided field by field against what was last agreed.
    """

    body: Callable[[R, PushContext], Body]
    check: Callable[[R, PushContext], None] = lambda _record, _known: None
    create_only: frozenset[str] = frozenset()
    retry_body: Callable[[Body, RejectedError, Read, PushContext], Body | None] = (
        lambda _body, _error, _read, _known: None
    )
    fields: tuple[Field[R], ...] = ()


@dataclass(frozen=True)
class PushMatching:
    """How a body is found again in QuickBooks.

    Attributes:
        twin_query: The statement that finds the record of a body.
        is_twin: Whether a found QuickBooks record is the one that a body describes; None of
            documents, which are told by their marker.
        another_name: A name to offer for a body whose name is taken in QuickBooks; None where
            there is none.
        listed_with: The flows among whose records MobiWork may list the same one once more.
    """

    twin_query: Callable[[Body], str]
    is_twin: Callable[[Body, Json], bool] | None = None
    another_name: Callable[[Body], str | None] = lambda _body: None
    listed_with: frozenset[FlowName] = frozenset()


@dataclass(frozen=True)
class PushWording[R: BaseModel]:
    """What a person reads about a record.

    Attributes:
        label: Its name in a sentence: `invoice 1042 of Blue Heron Plumbing`.
        remarks: What was left out, shortened or not applied, as sentences, given QuickBooks'
            answer.
        stood_in: What stands for something that was not known when it was translated, likewise.
        worth: Its amount, for sums; None where it has none.
        about: By what a person looks for it, but for its day.
        facts: What a record that is posted once says of money, party, date and tax, by its name
            for a person, empty where it says nothing; a later difference is told. A name that an
            older link does not have is unknown there.
    """

    label: Callable[[R], str]
    remarks: Callable[[R, Json], list[str]]
    stood_in: Callable[[R, PushContext], list[str]] = lambda _record, _known: []
    worth: Callable[[R], Decimal | None] = lambda _record: None
    about: Callable[[R, PushContext], About] = lambda _record, _known: About()
    facts: Callable[[R], Mapping[str, str]] = lambda _record: {}


@dataclass(frozen=True)
class PushTotals[R: BaseModel]:
    """The strategy of flows whose documents have a total that both sides must agree on.

    Attributes:
        difference: How the total of QuickBooks' answer differs from MobiWork's, or None, given the
            record, what was sent of it, and the answer.
        risks: For which causes the total of a record may differ.
    """

    difference: Callable[[R, Json, Json], Difference | None]
    risks: Callable[[R], frozenset[DifferenceCause]]


@dataclass(frozen=True)
class Updating[R: BaseModel]:
    """The strategy of flows whose later changes are pushed, too; without it each record goes once.

    Attributes:
        wanted: Whether the settings want later changes pushed.
        required: Members that every update must carry, changed or not (reference 7.1).
        blocker: Why the record as it stands in QuickBooks must not be updated any more, as a
            sentence, or None; where there is such a rule, the record is read before each update.
        looks_before: Which updates the record is read before, by the members that they change.
        kind: What of a record may not change once it is linked, such as part or service; empty
            where everything may.
        along: Members in no field that belong to another one: they are sent where that was set
            before, though they were not.
    """

    wanted: Callable[[Settings], bool] = lambda _settings: True
    required: frozenset[str] = frozenset()
    blocker: Callable[[Json, Company, Body], str | None] | None = None
    looks_before: Callable[[Body], bool] = lambda _changed: True
    kind: Callable[[R], str | None] = lambda _record: None
    along: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Variant:
    """One kind of document that a record becomes.

    Attributes:
        entity: The name that its links go by.
        target: The QuickBooks entity.
        noun: What a person calls it, where that is not what most of its flow are called.
    """

    entity: str
    target: str
    noun: str | None = None


@dataclass(frozen=True)
class PushSplitting[R: BaseModel]:
    """The strategy of flows whose record becomes one of several documents, or several of one kind.

    Attributes:
        variants: The documents that a record may become.
        variant: Which of them it becomes now, with these settings.
        piece_id: The id that the next document of a record is linked under, given those made so far
            by their ids; it begins with the record's id and a dash. None where there is one
            document, linked under the record's own id.
    """

    variants: tuple[Variant, ...]
    variant: Callable[[R, Settings], Variant]
    piece_id: Callable[[R, Mapping[str, Linked]], str] | None = None


@dataclass(frozen=True)
class StockMoves[R: BaseModel]:
    """The strategy of flows whose documents move stock in QuickBooks.

    Attributes:
        moved: The pieces that leave stock, by the product's MobiWork id; below zero they arrive.
        day: The day of the document, given the one on which it was first seen.
        posted: What one of several documents of a record has moved, given its body: pieces by the
            item's QuickBooks id.
    """

    moved: Callable[[R], Iterable[tuple[str, Decimal]]]
    day: Callable[[R, date], date]
    posted: Callable[[Json], Iterable[tuple[str, Decimal]]] = lambda _body: ()


@dataclass(frozen=True)
class PushFlow[R: BaseModel]:
    """One entity to QuickBooks; the engine does the rest.

    Attributes:
        name: The function's name, such as `push_invoices`.
        records: The MobiWork records that are read.
        target: The QuickBooks entity.
        eligibility: Whether a record is for QuickBooks.
        references: What must be there first.
        translation: What QuickBooks gets.
        matching: How it is found there again.
        wording: What a person reads about it.
        updating: How later changes are pushed, or only those that a person asks for; None where a
            document stays as it was posted.
        stays: Why it does, as a sentence; None where it can be changed.
        splitting: What becomes of a record that becomes several documents.
        hierarchy: How records stand below each other.
        stock: What its documents move in stock; None where they move nothing.
        totals: How totals are compared; None where there are none.
        follows: What of a document that was posted once still follows its record, as the members
            to change, given its settings and the document as posted; None where the record says
            nothing of it. A change of QuickBooks' own comes first.
        entry: An entry of a list that QuickBooks does not have and the settings let be made.
        to_finish: What a person has to do in QuickBooks once a record is there, as sentences, given
            QuickBooks' answer and the settings.
        further: The records that those found by the references refer to in their turn.
        takes_of: Whether another record of the flow takes of the same as a record, such as two
            refunds of one payment, told by what that other one says; None of one that takes of
            nothing. What those come to is in `PushContext.taken`.
        opens_stock: Whether it asks what waiting documents will move (`PushContext.moves`).
        entered_again: Whether a body is the same as the one of a record that was called off in
            MobiWork; it then waits until that one is gone from QuickBooks. None where nothing is
            deleted to be entered again.
        combined: Which of several such bodies a body was put together from, by their places; None
            where records are not put together.
        called_off_on_any_page: Whether one that was called off in the same look counts, wherever
            it stands: then all that is pending is read.
    """

    name: str
    records: MobiWorkRecords[R]
    target: str
    eligibility: PushEligibility[R]
    references: PushReferences[R]
    translation: PushTranslation[R]
    matching: PushMatching
    wording: PushWording[R]
    updating: Updating[R] | None = None
    stays: str | None = None
    splitting: PushSplitting[R] | None = None
    hierarchy: Hierarchy[R] | None = None
    stock: StockMoves[R] | None = None
    totals: PushTotals[R] | None = None
    follows: Callable[[R, Settings, Json], Body | None] = lambda _record, _settings, _posted: None
    entry: Callable[[R, Settings, Company], ListEntry | None] = lambda _r, _s, _company: None
    to_finish: Callable[[R, Json, Settings], list[str]] = lambda _record, _answer, _settings: []
    further: Callable[[R, PushContext], tuple[Reference, ...]] = lambda _record, _known: ()
    takes_of: Callable[[R], Callable[[Mapping[str, str]], bool] | None] = lambda _record: None
    opens_stock: bool = False
    entered_again: Callable[[Body, Json], bool] | None = None
    combined: Callable[[Body, Sequence[Json]], tuple[int, ...]] | None = None
    called_off_on_any_page: bool = False

    @property
    def entity(self) -> str:
        """MobiWork's name of the entity."""
        return self.records.entity

    @property
    def fields(self) -> tuple[Field[R], ...]:
        """What both sides know of a record, where they go both ways."""
        return self.translation.fields

    @property
    def noun(self) -> str:
        """What a person calls one of its records: purchase order, bill, quote."""
        return self.name.removeprefix("push_").replace("_", " ").removesuffix("s")

    def noun_of(self, entity: str) -> str:
        """Return what a person calls what is linked under a name: some credits are refunds."""
        variants = self.splitting.variants if self.splitting else ()
        return next((one.noun for one in variants if one.entity == entity and one.noun), self.noun)

    @property
    def link_entities(self) -> tuple[str, ...]:
        """The names of this flow's links."""
        if self.splitting is None:
            return (self.records.entity,)
        return tuple(dict.fromkeys(one.entity for one in self.splitting.variants))

    @property
    def targets(self) -> tuple[str, ...]:
        """The QuickBooks entities that its records become."""
        if self.splitting is None:
            return (self.target,)
        return tuple(one.target for one in self.splitting.variants)

    @property
    def piece_id(self) -> Callable[[R, Mapping[str, Linked]], str] | None:
        """How the documents of a record are told apart; None where each has one document."""
        return self.splitting.piece_id if self.splitting else None

    def item_id(self, mobiwork_id: str) -> str:
        """Return the id of the record that a document is linked under this id of."""
        return mobiwork_id.rpartition("-")[0] if self.piece_id else mobiwork_id

    def variant_of(self, record: R, settings: Settings) -> Variant:
        """Return what a record becomes."""
        if self.splitting is None:
            return Variant(self.records.entity, self.target)
        return self.splitting.variant(record, settings)

    def updates(self, settings: Settings) -> bool:
        """Tell whether later changes are pushed."""
        return self.updating is not None and self.updating.wanted(settings)

    def kind_of(self, record: R) -> str | None:
        """Return what of a record may not change once it is linked; empty if everything may."""
        return self.updating.kind(record) if self.updating else None


type AnyPushFlow = PushFlow[Any]
"""A flow of any entity, as registries and engines hold them."""
