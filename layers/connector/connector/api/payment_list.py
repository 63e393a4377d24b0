"""View Payments: every payment with where it stands, page by page (A11).

Listing reads our own store only: what MobiWork showed last, the links, and the planner's word on
what is not in QuickBooks yet.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from operator import or_

from pydantic import ValidationError

from connector.engine.stores import DYNAMODB, Store
from connector.entities.customers.push import PUSH as CUSTOMERS
from connector.entities.payments.allocation import documents_needed, mentioned
from connector.entities.payments.booked import TARGETS
from connector.entities.payments.model import INVOICE, ORDER, Payment
from connector.entities.payments.push import PUSH
from connector.entities.sales.invoices import PUSH as INVOICES
from connector.errors import Fix
from connector.model.company import Company
from connector.model.flows.context import PushContext
from connector.model.links import Link
from connector.model.pending import PendingItem, PendingState
from connector.model.plans import Ask, Refuse, Skip, Wait
from connector.model.policy.requirements import needs
from connector.model.tracking.stands import OF_ITEM
from connector.model.tracking.tracked import StandsAs
from connector.push.invalid_records import read_record, refusal_of
from connector.push.plan import plan
from connector.store.reading.together import ReadingOf, Together

MOST = 500
"""So many payments a person may see or choose at once; a state machine's input has a limit."""
OPEN, PUSHED = "open", "pushed"
"""The two parts of the list, which a page begins in."""

HELD = (PendingState.REFUSED, PendingState.DELETED, PendingState.SENT)
"""States in which a payment stays as it is, whatever would be planned of it now."""
AGAIN = "The settings were saved, so it is being tried again."
TO_APPROVE = "It is not posted until its plan is approved."
NOT_READ_YET = Company(
    realm_id="", name="", country="", read_at="", custom_numbers=False, uses_sales_tax=False
)
CHOSEN = ReadingOf(settings=True)
OF = " of "
"""What stands between the number of an invoice that waits and whose it is."""


@dataclass(frozen=True)
class PaymentRow:
    """One payment as a person sees it; `invoice` is the number of its invoice, or of several.

    `amount` and `paid_on` (ISO 8601) are None where MobiWork sent what cannot be read; `reason` is
    a sentence, where there is something to say.

    payment_id: MobiWork's id.
    state: Where it stands.
    may_be_pushed: Whether it may be chosen; one that waits for its invoice may, with it.
    quickbooks_id: The Payment in QuickBooks; None where there is none.
    fixes: What can be done about it.
    customer, method: Who paid, by name, and how; None where that is not known.
    """

    payment_id: str
    invoice: str
    amount: Decimal | None
    paid_on: str | None
    state: StandsAs
    reason: str | None = None
    quickbooks_id: str | None = None
    fixes: tuple[Fix, ...] = ()
    customer: str | None = None
    method: str | None = None
    may_be_pushed: bool = False


@dataclass(frozen=True)
class PaymentPage:
    """Some payments; `next` is what asks for those after them, None on the last page.

    payments: In the order that was asked for.
    """

    payments: tuple[PaymentRow, ...]
    next: str | None


def list_payments(
    connection_id: str,
    *,
    after: str | None = None,
    limit: int = MOST,
    store: Store = DYNAMODB,
) -> PaymentPage:
    """Return one page of the payments of a connection; no remote call is made.

    Those that are not in QuickBooks come first, then those that are; each kind goes by MobiWork
    id, and a page shows its latest first. What is no payment received (failed, deleted, a refund)
    is not shown, nor what only tells of one, so a page may be shorter than `limit`, or empty,
    although there is a next one. So it is where three calls of the table do not tell all of more;
    one payment of a hundred invoices takes more calls by itself.
    """
    part, _, last = (after or OPEN).partition(":")
    if part == PUSHED:
        return _pushed_page(connection_id, store, last, limit)
    items = store.pending.read_some(connection_id, PUSH.name, after=last, limit=limit)
    read = {one.record_id: (one, _read(one)) for one in items if one.record}
    wanted = _fitting(((own, _wanted_of(*one)) for own, one in read.items()), calls=2)
    found = store.together.read(connection_id, reduce(or_, wanted.values(), CHOSEN))
    shown = [read[own] for own in wanted if not _is_linked(own, found)]
    all_shown = len(wanted) == len(read)
    looked_to = items[-1].record_id if all_shown and items else max(wanted, default="")
    ends = all_shown and len(items) < limit
    following = f"{PUSHED}:" if ends else f"{OPEN}:{looked_to}"
    return PaymentPage(_latest_first(_open_rows(shown, found)), following)


def _is_linked(own: str, found: Together) -> bool:
    return isinstance(found.links.get((PUSH.entity, own)), Link)


def read_payments(
    connection_id: str, payment_ids: Sequence[str], store: Store = DYNAMODB
) -> dict[str, PaymentRow]:
    """Return where some payments stand, by MobiWork id; nothing for one that nobody has seen."""
    links = store.links.read_many(connection_id, [(PUSH.entity, one) for one in payment_ids])
    linked = {own: one for (_, own), one in links.items() if isinstance(one, Link)}
    items = store.pending.read_many(connection_id, PUSH.name, set(payment_ids) - set(linked))
    read = [(item, _read(item)) for item in items.values() if item.record]
    wanted = (_wanted_of(*one) for one in read)
    known = store.together.read(connection_id, reduce(or_, wanted, CHOSEN))
    rows = [
        *_open_rows(read, known),
        *_pushed_rows(connection_id, store, linked, _paid_by(connection_id, store, linked)),
    ]
    return {row.payment_id: row for row in rows}


def _fitting(wanted: Iterable[tuple[str, ReadingOf]], *, calls: int) -> dict[str, ReadingOf]:
    """Return what is wanted of the first payments, by id: of so many as the calls tell, or one."""
    together, fitting = CHOSEN, dict[str, ReadingOf]()
    for own, one in wanted:
        together |= one
        if fitting and together.calls > calls:
            break
        fitting[own] = one
    return fitting


def _pushed_page(connection_id: str, store: Store, last: str, limit: int) -> PaymentPage:
    found = store.links.read_some(connection_id, PUSH.entity, after=last, limit=limit)
    linked = {own: link for own, link in found.items() if isinstance(link, Link)}
    shown = _fitting([(own, _owners_wanted(own, link)) for own, link in linked.items()], calls=1)
    read_to = max(shown) if len(shown) < len(linked) else max(found, default="")
    ends = len(found) < limit and len(shown) == len(linked)
    linked = {own: linked[own] for own in shown}
    paid = _paid_by(connection_id, store, linked)
    rows = _latest_first(_pushed_rows(connection_id, store, linked, paid))
    return PaymentPage(rows, None if ends else f"{PUSHED}:{read_to}")


def _latest_first(rows: Iterable[PaymentRow]) -> tuple[PaymentRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.paid_on or "", row.payment_id), reverse=True))


def _read(item: PendingItem) -> Payment | ValidationError:
    try:
        return read_record(PUSH, item.record_id, item.record)
    except ValidationError as error:
        return error


def _wanted_of(item: PendingItem, record: Payment | ValidationError) -> ReadingOf:
    """Return what planning a payment may use, where it stands, and by what its invoices are known.

    That it is a credit or a refund there already is left to the run, which refuses it then.
    """
    own = ReadingOf(links=frozenset({(PUSH.entity, item.record_id)}))
    if isinstance(record, ValidationError):
        return own
    referred = (*documents_needed(record), *mentioned(record))
    others = {other for other in TARGETS if other != PUSH.entity}
    return own | ReadingOf(
        links=frozenset(
            (one.entity, one.record_id) for one in referred if one.entity not in others
        ),
        tracked=frozenset(
            {(PUSH.name, item.record_id)} | {(INVOICES.name, one) for one in record.invoices}
        ),
    )


def _open_rows(
    read: Iterable[tuple[PendingItem, Payment | ValidationError]], found: Together
) -> Iterator[PaymentRow]:
    settings, company = found.settings, found.company
    linked = {own: one for own, one in found.links.items() if isinstance(one, Link)}
    blocked = tuple(needs(PUSH.name, settings, company)) if company else ()
    known = PushContext(settings, company or NOT_READ_YET, linked, "", blocked)
    approved_first = PUSH.name in settings.approve_before_post
    for item, record in read:
        if isinstance(record, ValidationError):
            reason = item.reason or refusal_of(record, PUSH.records.model).reason
            yield PaymentRow(
                item.record_id, "", None, None, StandsAs.REFUSED, reason, fixes=item.fixes
            )
            continue
        again = found.replay is not None and item.waits_for_settings
        now = replace(item, state=PendingState.CHANGED, reason=None) if again else item
        if row := _open_row(now, record, known, _Names(record, found)):
            if row.state is not StandsAs.ON_ITS_WAY:
                yield row
            elif again:
                yield replace(row, reason=AGAIN)
            elif item.state is PendingState.PLANNED or (approved_first and not item.approved):
                yield replace(row, state=StandsAs.PLANNED, reason=TO_APPROVE, may_be_pushed=False)
            else:
                yield row


class _Names:
    """By what a payment that is not in QuickBooks is known.

    numbers: the number of each of its invoices: as posted, else as it waits, else MobiWork's id.
    customer: who paid, by name.
    """

    def __init__(self, record: Payment, found: Together) -> None:
        told = {one: found.tracked.get((INVOICES.name, one)) for one in record.invoices}
        self.numbers = {
            one: number_of(found, (INVOICE, one), (ORDER, one))
            or (known.label.removeprefix("invoice ") if known else one)
            for one, known in told.items()
        }
        linked = found.links.get((CUSTOMERS.entity, record.customer_id or ""))
        name = linked.base.get("DisplayName") if isinstance(linked, Link) else None
        followed = (found.tracked.get((PUSH.name, record.id or "")), *told.values())
        names = (name, *(one.customer for one in followed if one))
        self.customer: str | None = next(filter(None, names), None)


def number_of(found: Together, *owners: tuple[str, str]) -> str | None:
    """Return the number under which an invoice, or a sales order, is in QuickBooks."""
    links = (found.links.get(one) for one in owners)
    posted = (one for one in links if isinstance(one, Link) and one.target == INVOICES.target)
    return next((str(one.base.get("DocNumber", "")) for one in posted), None)


def _open_row(
    item: PendingItem, record: Payment, known: PushContext, names: _Names
) -> PaymentRow | None:
    def row(
        state: StandsAs,
        reason: str | None = None,
        fixes: tuple[Fix, ...] = (),
        *,
        free: bool = False,
    ) -> PaymentRow:
        return PaymentRow(
            item.record_id,
            ", ".join(names.numbers.values()),
            record.amount,
            record.paid_on.isoformat(),
            state,
            reason,
            fixes=fixes,
            customer=names.customer,
            method=record.method_name or None,
            may_be_pushed=free,
        )

    if item.state in HELD:
        sent = item.state is PendingState.SENT
        return row(OF_ITEM[item.state], item.reason, item.fixes, free=sent)
    match plan(PUSH, record, None, known):
        case Skip():
            return None
        case Wait(_, reason):
            told = item.reason or _by_number(reason, names.numbers)
            return row(StandsAs.WAITING, told, free=True)
        case Refuse(reason=reason, fixes=fixes):
            return row(StandsAs.REFUSED, reason, fixes)
        case Ask(reason=reason):
            return row(StandsAs.WAITING, reason)
    return row(StandsAs.ON_ITS_WAY, free=True)


def _by_number(reason: str, numbers: Mapping[str, str]) -> str:
    """Name the invoices in a reason by their numbers: planning a payment knows only their ids.

    All at once, as the number of one invoice may be the id of another one.
    """
    if not numbers:
        return reason
    ids = "|".join(map(re.escape, numbers))
    named = re.compile(rf"\binvoice ({ids})(?![\w-])")
    return named.sub(lambda found: f"invoice {numbers[found[1]]}", reason)


def _invoices_in(link: Link) -> list[str]:
    """Return the invoices that a payment pays in QuickBooks, by their ids there."""
    return [
        str(target["TxnId"])
        for line in link.base.get("Line") or ()
        for target in line.get("LinkedTxn") or ()
        if target.get("TxnType") == INVOICES.target
    ]


def _owners_wanted(own: str, link: Link) -> ReadingOf:
    payer = link.base.get("CustomerRef", {}).get("value")
    paid = {(INVOICES.target, one) for one in _invoices_in(link)}
    return ReadingOf(
        owners=frozenset(paid | ({(CUSTOMERS.target, payer)} if payer else set())),
        tracked=frozenset({(PUSH.name, own)}),
    )


def _paid_by(connection_id: str, store: Store, pushed: Mapping[str, Link]) -> Together:
    """Return whose the payments and their invoices are, and where they stand."""
    wanted = (_owners_wanted(own, link) for own, link in pushed.items())
    return store.together.read(connection_id, reduce(or_, wanted, ReadingOf()))


def _pushed_rows(
    connection_id: str, store: Store, pushed: Mapping[str, Link], paid: Together
) -> Iterator[PaymentRow]:
    owners = frozenset((one.entity, one.mobiwork_id) for one in paid.owners.values())
    found = store.together.read(connection_id, ReadingOf(links=owners))
    for record_id, link in pushed.items():
        body, followed = link.base, paid.tracked.get((PUSH.name, record_id))
        invoices = (paid.owners.get((INVOICES.target, one)) for one in _invoices_in(link))
        payer = paid.owners.get((CUSTOMERS.target, body.get("CustomerRef", {}).get("value", "")))
        named = found.links.get(payer) if payer else None
        customer = named.base.get("DisplayName") if isinstance(named, Link) else None
        yield PaymentRow(
            record_id,
            ", ".join(number_of(found, one) or one.mobiwork_id for one in invoices if one),
            Decimal(str(body["TotalAmt"])),
            str(body["TxnDate"]),
            StandsAs.CHANGED if link.drift else StandsAs.POSTED,
            reason=link.drift,
            quickbooks_id=link.quickbooks_id,
            customer=customer or (followed.customer if followed else None),
            method=followed.method if followed else None,
        )
