"""What a document says of money on either side, read the same way for all kinds of documents."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from msgspec import convert, to_builtins
from pydantic import BaseModel, ValidationError

from connector.entities.registry import PUSH_NAMED, PUSHED_BY
from connector.entities.shared.documents import HOME_CURRENCY, is_voided
from connector.entities.shared.wire import cents
from connector.mobiwork.wire_records import parse_record
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body, Json, JsonArray
from connector.model.books.kinds import OF_LINK
from connector.model.company import Company
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import AnyPushFlow, PushFlow
from connector.model.flows.start_date import too_early
from connector.model.markers import markers_in
from connector.model.matching.evidence import day_key
from connector.model.outcomes import LONGEST_NAME, shortened
from connector.model.policy.postable import Standing
from connector.model.policy.settings import Settings

OF_INVOICE = "invoice:"
"""Begins a party that is told by an invoice only: whoever pays that one."""
WITHOUT_RATE = "no rate"
OF_PAYMENT = "payment"
"""The name that the link of money received goes by."""
_BEFORE = "before"


@dataclass(frozen=True, slots=True)
class SaidHere:
    """What a MobiWork record says of money.

    flow: the flow that it is posted by; entity: the name that its link has or will have.
    amount, tax: in cents, without sign; said_day: the day as the record says it; day: the one that
    it is booked on. party: MobiWork's customer, or the invoice that tells him. early: whether it
    is dated before the start date.
    standing: how it stands there, such as its status.
    label: what a person knows it by.
    reason: why it is not posted, a sentence; None where it is.
    unfinished: whether its own status says that it is not final; one that is posted went back.
    """

    flow: str
    entity: str
    amount: Decimal
    tax: Decimal
    said_day: str | None
    day: str | None
    party: str | None
    standing: str
    label: str
    reason: str | None = None
    early: bool = False
    unfinished: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts in MobiWork: not once it is void, cancelled or bounced."""
        return self.standing != Standing.NEVER


@dataclass(frozen=True, slots=True)
class SaidThere:
    """What a QuickBooks document says of money.

    amount, tax: in the currency of the books; party: QuickBooks' id of the customer, or of whom
    money went to. number: its own, of a payment its reference. mark: the entity, id and connection
    of the mark it bears, if any. unapplied: what of a payment is for no invoice.
    day: its TxnDate, ISO 8601.
    name: what it says the party is called.
    voided: whether it counts no more.
    entered_as: of a line of a journal entry, what it may be by whom it names on which side.
    """

    amount: Decimal
    tax: Decimal
    day: str | None
    party: str | None
    name: str | None
    number: str | None
    voided: bool = False
    mark: tuple[str, str, str] | None = None
    unapplied: Decimal | None = None
    entered_as: str | None = None

    @property
    def dated(self) -> date | None:
        """The day it is dated; None without one, and of one that programs write for "no date"."""
        day = day_key(self.day or "")
        return date.fromisoformat(day) if day else None

    def comes_to(self, *amounts: Decimal) -> bool:
        """Tell whether it comes to one of some amounts, with its sales tax or without."""
        return not {self.amount, self.amount - self.tax}.isdisjoint(amounts)


@dataclass(frozen=True)
class RecordContext:
    """What reading MobiWork's records goes by.

    settings: those that are in force.
    company: what is known of the QuickBooks company.
    connected_on: the company's day on which it was connected, where it was noted.
    """

    settings: Settings
    company: Company
    connected_on: date | None = None

    def context(self, seen_on: date) -> PushContext:
        """Return what a day is told by."""
        return PushContext(
            settings=self.settings,
            company=self.company,
            links={},
            marker="",
            seen_on=seen_on,
            connected_on=self.connected_on,
        )


def money_flows() -> tuple[AnyPushFlow, ...]:
    """Return the flows whose documents are money in the books."""
    named = {PUSHED_BY[entity] for entity in OF_LINK}
    return tuple(PUSH_NAMED[name] for name in PUSH_NAMED if name in named)


def money_lists() -> tuple[str, ...]:
    """Return the lists of MobiWork that hold them."""
    return tuple(dict.fromkeys(flow.entity for flow in money_flows()))


def read_here(
    flow: AnyPushFlow, record_id: str, text: str, office: RecordContext, seen_on: date
) -> SaidHere | None:
    """Return what the text of a record says; None where nobody can read it, or not as this flow's.

    Raises:
        ValidationError: nobody can read it.
    """
    record = parse_record(flow.records.model, RawRecord(flow.entity, record_id, text))
    return here(flow, record, office, seen_on)


def of_list(raw: RawRecord, office: RecordContext, seen_on: date) -> SaidHere | None:
    """Return what a record of a list says, as one of the flow that it is posted by."""
    for flow in money_flows():
        if flow.entity == raw.entity and raw.id is not None:
            try:
                found = read_here(flow, raw.id, raw.xml, office, seen_on)
            except ValidationError:
                return None
            if found:
                return found
    return None


def here[R: BaseModel](
    flow: PushFlow[R], record: R, office: RecordContext, seen_on: date
) -> SaidHere | None:
    """Return what a record says of money; None where another flow tells of it."""
    verdict = flow.eligibility.verdict(record, office.settings, office.company)
    if verdict.another_flow:
        return None
    said, known = flow.wording.facts(record), office.context(seen_on)
    day = flow.eligibility.day(record, known)
    early = too_early(flow, record, known)
    left_out = flow.eligibility.skip_reason(record, office.settings)
    standing = verdict.standing
    if standing is Standing.POSTED and left_out:
        standing = Standing.NOT_YET
    return SaidHere(
        flow=flow.name,
        entity=flow.variant_of(record, office.settings).entity,
        amount=abs(amount_said(said.get("amount"))),
        tax=amount_said(said.get("sales tax")),
        said_day=said.get("date"),
        day=day.isoformat() if day else None,
        party=party_said(said),
        standing=standing.value,
        label=flow.wording.label(record),
        reason=verdict.reason or left_out or early,
        early=bool(early),
        unfinished=verdict.standing is Standing.NOT_YET,
    )


def party_said(facts: Mapping[str, str]) -> str | None:
    """Return whose a document is by its facts: whom is billed, the customer, or whose invoice."""
    named = facts.get("customer billed") or facts.get("customer") or None
    if named or not facts.get("invoice"):
        return named
    return f"{OF_INVOICE}{facts['invoice'].split(',')[0].split(' ')[0]}"


def amount_said(text: str | None) -> Decimal:
    """Return an amount as facts say it (1,234.50); nothing is zero."""
    return Decimal((text or "0").replace(",", ""))


def there(row: Json) -> SaidThere:
    """Return what a document of QuickBooks says of money."""
    party = _reference(row)
    mark = next(markers_in(row), None)
    sign = -1 if row.get("Credit") is True else 1
    return SaidThere(
        amount=sign * _home(row, row.get("TotalAmt")),
        tax=_home(row, (row.get("TxnTaxDetail") or {}).get("TotalTax")),
        day=_text(row.get("TxnDate")),
        party=_text(party.get("value")),
        name=_text(party.get("name")),
        number=_text(row.get("DocNumber") or row.get("PaymentRefNum")),
        voided=is_voided(row),
        mark=(mark.entity, mark.record_id, mark.connection_id) if mark else None,
        unapplied=_home(row, row["UnappliedAmt"]) if "UnappliedAmt" in row else None,
    )


def party_in(document: Json) -> str | None:
    """Return QuickBooks' id of whose a document is: the customer, else who got the money."""
    return _text(_reference(document).get("value"))


def _reference(document: Json) -> Json:
    named: Json = (
        document.get("CustomerRef") or document.get("EntityRef") or document.get("VendorRef") or {}
    )
    return named


def taxes_in(row: Json) -> Iterator[tuple[str, Decimal]]:
    """Yield the tax lines of a document: QuickBooks' id of the rate with its percentage, amount."""
    for line in (row.get("TxnTaxDetail") or {}).get("TaxLine") or ():
        detail = line.get("TaxLineDetail") or {}
        rate = (detail.get("TaxRateRef") or {}).get("value") or WITHOUT_RATE
        percent = Decimal(str(detail.get("TaxPercent") or 0)).normalize()
        yield f"{rate} ({percent:f} %)", _home(row, line.get("Amount"))


def _text(value: object) -> str | None:
    """Return a text that is there, no longer than names are kept."""
    return shortened(str(value), LONGEST_NAME) if value else None


def _home(row: Json, amount: object) -> Decimal:
    """Return an amount in the currency of the books: MobiWork knows no other one."""
    value = Decimal(str(amount or 0))
    if not value.is_finite():
        raise ValueError(f"{value} is no amount")
    currency = (row.get("CurrencyRef") or {}).get("value", HOME_CURRENCY)
    rate = Decimal(str(row.get("ExchangeRate") or 1)) if currency != HOME_CURRENCY else Decimal(1)
    return cents(value * rate)


HERE = tuple(one.name for one in fields(SaidHere))


def kept_here(one: SaidHere) -> JsonArray:
    """Return what MobiWork says as it is kept: without names, for there are many."""
    return [*to_builtins(one).values()]


def here_of(kept: JsonArray) -> SaidHere:
    """Return what MobiWork says as it was kept."""
    return convert(dict(zip(HERE, kept, strict=True)), SaidHere)


def kept_there(one: SaidThere) -> Body:
    """Return what QuickBooks says as it is kept."""
    said: Body = to_builtins(one)
    return said


def there_of(kept: Json) -> SaidThere:
    """Return what QuickBooks says as it was kept."""
    return convert(kept, SaidThere)


def kept_before(one: SaidThere) -> Body:
    """Return what QuickBooks says of a document that was there before the start, as it is kept.

    The matching of the books reads what it knows of those days by itself.
    """
    return {**kept_there(one), _BEFORE: True}


def is_before(kept: Json) -> bool:
    """Tell whether a document was there before the start, and did not change since."""
    return _BEFORE in kept
