"""The values every part of the connector speaks in: flows, plans, outcomes and reports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from connector.errors import RejectedError
from connector.model.body import Body, Read
from connector.model.company import Company
from connector.model.field import Field, Values
from connector.model.plans import Reference
from connector.model.settings import Settings


@dataclass(frozen=True)
class Linked:
    """What a link tells about a record that is in QuickBooks.

    `base` is the body as last agreed by both sides, `total` QuickBooks' own total of a document,
    `kind` what the record was when it was linked, `line_ids` QuickBooks' ids of a document's lines
    in their order.

    Records that go both ways keep what each side held when they last agreed: `here` in MobiWork,
    `there` in QuickBooks, by field; `disputed` are the fields that a person must decide. One that
    was merged in QuickBooks into what another MobiWork record (`merged_into`) is linked to is not
    sent any more. `gone` says that a document was voided or deleted in QuickBooks.
    """

    quickbooks_id: str
    sync_token: str
    content_hash: str
    base: Body
    total: Decimal | None = None
    kind: str = ""
    line_ids: tuple[str, ...] = ()
    here: Values = field(default_factory=dict)
    there: Values = field(default_factory=dict)
    disputed: tuple[str, ...] = ()
    merged_into: str = ""
    gone: str = ""


@dataclass(frozen=True)
class Known:
    """Everything a translation may use besides the record: no I/O happens behind it.

    `blocked` says what is wrong with settings or company that stops the whole flow.
    """

    settings: Settings
    company: Company
    links: Mapping[tuple[str, str], Linked]
    marker: str
    blocked: tuple[str, ...] = ()

    def id_of(self, entity: str, mobiwork_id: str) -> str:
        """Return the QuickBooks id a MobiWork record is linked to.

        Raises:
            KeyError: it is not linked; planning waits on references before translating.
        """
        return self.links[entity, mobiwork_id].quickbooks_id


@dataclass(frozen=True)
class Variant:
    """What a record of a flow becomes: `entity` names its links, `target` is QuickBooks' entity."""

    entity: str
    target: str


@dataclass(frozen=True)
class Flow[R: BaseModel]:
    """One entity in one direction; an engine does the rest.

    name: the function's name, such as push_invoices.
    source: the MobiWork entity that is read; target: the QuickBooks entity.
    label: names a record to a person ("invoice 1042 of Blue Heron Plumbing").
    translate: the QuickBooks body.
    twin_query: the statement that finds the record in QuickBooks after an unknown outcome.
    is_twin: whether a found QuickBooks record is the one that the body describes.
    updates: whether a later change is pushed again.
    filters: what the list call needs to show all records (disabled ones too).
    entities: the names of the flow's links where they are not the source's.
    variant: what one record becomes, where records of one flow become different things.
    own_id: under which id a record is linked, given the links that begin with its id; for records
        of which several documents are made.
    why_not: why a record is not for QuickBooks at all (its status, say), or nothing.
    why_not_new: why a record that is not in QuickBooks yet is not created there, or nothing.
    why_not_there: why a company cannot have such records at all, or nothing.
    called_off: why a record does not count any more (void, cancelled, bounced), or nothing; one
        that is in QuickBooks already is told to a person and left there.
    problems: what is wrong with the record itself, as sentences.
    refers_to: the records that must be in QuickBooks first.
    settings_refer_to: records that the settings make it refer to as well.
    company_refers_to: records that it refers to only in companies that can have them.
    mentions: further records whose links the translation uses when they are there.
    kind: what of a record may not change once it is linked, such as part or service.
    create_only: members of the body that are sent when the record is created and never again.
    always: members that every update must carry, changed or not (reference 7.1).
    native_id: the QuickBooks id that the record names in MobiWork, given the form of external ids;
        nothing if it names none.
    look_first: whether QuickBooks is asked for a body's twin before it is created (a metered call),
        because the twin may stand there under a name that does not clash.
    another_name: a name to offer for a body whose name is taken in QuickBooks, or nothing.
    amend: another body to try once after a refusal, given a way to read QuickBooks; or nothing.
    guard: why the record as it stands in QuickBooks must not be updated any more, or nothing.
    remarks: what was left out, shortened or not applied, as sentences.
    difference: how QuickBooks' answer differs from what was sent, as a sentence, or nothing.
    fields: what both sides may change, for records that go both ways; what an update sends is
        then decided field by field against what was last agreed.
    pull: the name of the pull flow of the same records, or nothing.
    """

    name: str
    source: str
    target: str
    model: type[R]
    label: Callable[[R], str]
    translate: Callable[[R, Known], Body]
    twin_query: Callable[[Body], str]
    is_twin: Callable[[Body, Mapping[str, Any]], bool]
    updates: Callable[[Settings], bool]
    filters: Mapping[str, str] = field(default_factory=dict)
    entities: tuple[str, ...] = ()
    variant: Callable[[R], Variant] | None = None
    own_id: Callable[[R, Mapping[str, Linked]], str] | None = None
    why_not: Callable[[R, Settings], str] = lambda _record, _settings: ""
    why_not_new: Callable[[R], str] = lambda _record: ""
    why_not_there: Callable[[Company], str] = lambda _company: ""
    called_off: Callable[[R], str] = lambda _record: ""
    problems: Callable[[R], list[str]] = lambda _: []
    refers_to: Callable[[R], tuple[Reference, ...]] = lambda _: ()
    settings_refer_to: Callable[[R, Settings], tuple[Reference, ...]] = lambda _r, _settings: ()
    company_refers_to: Callable[[R, Company], tuple[Reference, ...]] = lambda _r, _company: ()
    mentions: Callable[[R], tuple[Reference, ...]] = lambda _: ()
    kind: Callable[[R], str] = lambda _record: ""
    create_only: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    native_id: Callable[[R, str], str] = lambda _record, _form: ""
    look_first: Callable[[Body], bool] = lambda _body: False
    another_name: Callable[[Body], str] = lambda _body: ""
    amend: Callable[[Body, RejectedError, Read], Body | None] = lambda _body, _refusal, _read: None
    guard: Callable[[Mapping[str, Any], Company], str] | None = None
    remarks: Callable[[R, Mapping[str, Any]], list[str]] = lambda _record, _answer: []
    difference: Callable[[R, Mapping[str, Any]], str] = lambda _record, _answer: ""
    fields: tuple[Field[R], ...] = ()
    pull: str = ""

    @property
    def noun(self) -> str:
        """What a person calls one of its records: purchase order, bill, quote."""
        return self.name.removeprefix("push_").replace("_", " ").removesuffix("s")

    @property
    def link_entities(self) -> tuple[str, ...]:
        """The names of this flow's links."""
        return self.entities or (self.source,)

    def variant_of(self, record: R) -> Variant:
        """Return what a record becomes."""
        if self.variant is None:
            return Variant(self.link_entities[0], self.target)
        return self.variant(record)


def always(_settings: Settings) -> bool:
    """Push later changes whatever the settings say."""
    return True


def never(_settings: Settings) -> bool:
    """Push once, whatever the settings say."""
    return False
