"""Both sides of a record, field by field: what MobiWork says, what was sent, what QuickBooks says.

Pure: from the link, and from both records as they are now where those were read.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from connector.model.body import Json
from connector.model.flows.drift import OF_PRODUCT
from connector.model.flows.field import AnyField, Values
from connector.model.links import Link

AMOUNT = re.compile(r"-?[\d,]+\.\d\d")
CENTS = Decimal("0.01")
PARTIES = {"customer": ("CustomerRef",), "vendor": ("VendorRef", "EntityRef")}
"""The members of a document that name whom it is of."""


@dataclass(frozen=True, kw_only=True)
class SideRow:
    """One thing that both sides know of a record.

    Attributes:
        name: What a person calls it.
        mobiwork: What MobiWork says; None where that is not known.
        sent: What was sent, or what both sides agreed on last.
        quickbooks: What QuickBooks says.
        differs: Whether what is known does not agree.
    """

    name: str
    mobiwork: str | None = None
    sent: str | None = None
    quickbooks: str | None = None
    differs: bool = False


def of_lists(
    fields: Iterable[AnyField],
    link: Link,
    mobiwork: Values | None,
    quickbooks: Json | None,
) -> Iterator[SideRow]:
    """Yield the fields of a record that goes both ways.

    `mobiwork` are its values there and `quickbooks` its record, where they were read now.
    """
    here = mobiwork or link.in_mobiwork
    for one in fields:
        there = one.quickbooks(quickbooks) if quickbooks else link.in_quickbooks.get(one.name)
        mine, theirs = here.get(one.name), there
        sent = one.quickbooks(link.base) if one.members else None
        apart = mine is not None and theirs is not None and not one.in_mobiwork_terms
        differs = one.name in link.disputed or (
            apart and _empty(one.compared(mine)) != _empty(one.compared(theirs))
        )
        if any(map(_text, (mine, theirs, sent))):
            yield SideRow(
                name=one.name,
                mobiwork=_text(mine),
                sent=_text(sent),
                quickbooks=_text(theirs),
                differs=differs,
            )


def of_document(
    facts: Mapping[str, str], link: Link, quickbooks: Json | None, *, party: str | None
) -> Iterator[SideRow]:
    """Yield what a document says on both sides.

    `facts` is what MobiWork says of it, `party` whom it is about by name, and `quickbooks` its
    record there, where it was read now.
    """
    for name, (read, known_as) in DOCUMENT.items():
        said = next((facts[one] for one in known_as if facts.get(one)), None)
        sent, there = read(link.base), read(quickbooks) if quickbooks else None
        if name == "amount":
            sent = sent or _money(link.total)
        row = SideRow(name=name, mobiwork=_dollars(said), sent=sent, quickbooks=there)
        if name in PARTIES:
            yield from _party(
                PARTIES[name], replace(row, mobiwork=said and party), link, quickbooks
            )
        elif row.mobiwork or row.sent or row.quickbooks:
            yield _marked(row, compare_mobiwork=name in COMPARED)
    yield from _parts(facts)
    yield from _lines(facts, link, quickbooks)


GONE, UNREADABLE = "is not there", "cannot be read"
"""Why a side that was just read says nothing of a record."""


def as_read(rows: Iterable[SideRow], *, here: str | None, there: str | None) -> tuple[SideRow, ...]:
    """Return rows of two sides that were just read: who has no record says nothing of it.

    `here` is why MobiWork says nothing, `there` why QuickBooks does not; None where they do.
    """
    if here is None and there is None:
        return tuple(rows)
    told = SideRow(
        name="record",
        mobiwork=here or "is there",
        quickbooks=there or "is there",
        differs=here != there,
    )
    kept = (
        replace(
            one,
            mobiwork=None if here else one.mobiwork,
            quickbooks=None if there else one.quickbooks,
            differs=False,
        )
        for one in rows
    )
    return told, *kept


def _party(
    names: Sequence[str], row: SideRow, link: Link, quickbooks: Json | None
) -> Iterator[SideRow]:
    """Yield whom a document is of; each side has an id of its own, and may tell no name with it.

    Who was sent as the id that QuickBooks tells a name of is called so.
    """
    known = [_ref(one, names) for one in (link.base, quickbooks or {})]
    ids = {str(one.get("value")) for one in known if one}
    if row.mobiwork or ids:
        same = row.sent and row.quickbooks and len(ids) == 1
        yield replace(row, sent=row.quickbooks if same else row.sent, differs=len(ids) > 1)


def _parts(facts: Mapping[str, str]) -> Iterator[SideRow]:
    """Yield what else MobiWork says of a document, which QuickBooks has in its lines."""
    told = {one for _, names in DOCUMENT.values() for one in names}
    for name, said in facts.items():
        if said and name not in told and not name.startswith(OF_PRODUCT):
            yield SideRow(name=name, mobiwork=_dollars(said))


def _lines(facts: Mapping[str, str], link: Link, quickbooks: Json | None) -> Iterator[SideRow]:
    said = [told for name, told in facts.items() if name.startswith(OF_PRODUCT)]
    row = SideRow(
        name="lines",
        mobiwork="\n".join(said) or None,
        sent="\n".join(_told_lines(link.base)) or None,
        quickbooks="\n".join(_told_lines(quickbooks)) or None if quickbooks else None,
    )
    if row.mobiwork or row.sent:
        yield _marked(row, compare_mobiwork=False)


def _told_lines(document: Json) -> Iterator[str]:
    for line in document.get("Line") or ():
        detail = line.get("SalesItemLineDetail") or line.get("ItemBasedExpenseLineDetail") or {}
        if line.get("DetailType") == "SubTotalLineDetail":
            continue
        count = f"{Decimal(str(detail['Qty'])).normalize():f} for " if detail.get("Qty") else ""
        yield f"{count}{_money(line.get('Amount')) or ''} {line.get('Description') or ''}".strip()


def _marked(row: SideRow, *, compare_mobiwork: bool) -> SideRow:
    known = [row.sent, row.quickbooks]
    if compare_mobiwork:
        known.append(row.mobiwork)
    there = {one for one in known if one is not None}
    return replace(row, differs=len(there) > 1)


def _ref(document: Json, names: Sequence[str]) -> Json | None:
    return next((document[one] for one in names if document.get(one)), None)


def _named(*names: str) -> Callable[[Json], str | None]:
    """Read whom a document names: by name where QuickBooks told one, else by id."""

    def read(document: Json) -> str | None:
        found = _ref(document, names)
        return str(found.get("name") or f"Id {found.get('value')}") if found else None

    return read


def _plain(*names: str) -> Callable[[Json], str | None]:
    def read(document: Json) -> str | None:
        return next((str(document[one]) for one in names if document.get(one)), None)

    return read


def _tax(document: Json) -> str | None:
    return _money((document.get("TxnTaxDetail") or {}).get("TotalTax"))


DOCUMENT: Mapping[str, tuple[Callable[[Json], str | None], Sequence[str]]] = {
    "number": (_plain("DocNumber", "PaymentRefNum"), ("number",)),
    "date": (_plain("TxnDate"), ("date", "date of receipt")),
    "due date": (_plain("DueDate"), ("due date",)),
    "customer": (_named(*PARTIES["customer"]), ("customer",)),
    "vendor": (_named(*PARTIES["vendor"]), ("vendor", "payee")),
    "amount": (lambda one: _money(one.get("TotalAmt")), ("amount",)),
    "sales tax": (_tax, ("sales tax",)),
    "memo": (_plain("PrivateNote"), ()),
}
"""How each thing is read of QuickBooks' document, and by what names MobiWork's facts tell it."""

COMPARED = frozenset({"date", "due date", "amount", "sales tax"})
"""What both sides write alike; parties have ids of their own, and a number may be QuickBooks'."""


def _money(amount: object) -> str | None:
    if amount is None:
        return None
    try:
        return f"${Decimal(str(amount)).quantize(CENTS):,}"
    except InvalidOperation:
        return str(amount)


def _dollars(said: str | None) -> str | None:
    return f"${said}" if said and AMOUNT.fullmatch(said) else said


def _text(value: object) -> str | None:
    """Write a value in words that belong to neither side."""
    match value:
        case None | "" | {}:
            return None
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(str(one) for one in value.values() if one) or None
        case list() | tuple():
            return ", ".join(map(str, value)) or None
    return str(value)


def _empty(value: object) -> object:
    """Let all values that say nothing be the same."""
    return value if _text(value) else None
