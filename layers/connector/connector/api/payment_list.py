"""View Payments: every payment with where it stands, page by page (A11).

Listing reads our own store only: what MobiWork showed last, the links, and the planner's word on
what is not in QuickBooks yet.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic import ValidationError

from connector.engine.stores import DYNAMODB, Store
from connector.entities.customers.push import PUSH as CUSTOMERS
from connector.entities.payments.model import Payment
from connector.entities.payments.push import PUSH
from connector.entities.sales.invoices import PUSH as INVOICES
from connector.errors import Fix
from connector.model.company import Company
from connector.model.flows.context import PushContext
from connector.model.links import Link, Linking
from connector.model.pending import PendingItem, PendingState
from connector.model.plans import Ask, Refuse, Skip, Wait
from connector.model.policy.requirements import needs
from connector.model.tracking.stands import OF_ITEM, StandsAs
from connector.push.invalid_records import read_record, refusal_of
from connector.push.plan import plan

MOST = 500
"""So many payments a person may see or choose at once; a state machine's input has a limit."""
OPEN, PUSHED = "open", "pushed"
"""The two parts of the list, which a page begins in."""

HELD = (PendingState.REFUSED, PendingState.DELETED, PendingState.SENT)
"""States in which a payment stays as it is, whatever would be planned of it now."""
AGAIN = "The settings were saved, so it is being tried again."
TO_APPROVE = "It is not posted before its plan is approved."
NOT_READ_YET = Company(
    realm_id="", name="", country="", read_at="", custom_numbers=False, uses_sales_tax=False
)


@dataclass(frozen=True)
class PaymentRow:
    """One payment as a person sees it; `invoice` is the number of its invoice, or of several.

    `customer` is who paid, of a payment in QuickBooks whose customer is linked. `amount` and
    `paid_on` (ISO 8601) are None where MobiWork sent what cannot be read; `reason` is a sentence,
    where there is something to say.

    payment_id: MobiWork's id.
    state: Where it stands.
    may_be_pushed: Whether it may be chosen; one that waits for its invoice may, with it.
    quickbooks_id: The Payment in QuickBooks; None where there is none.
    fixes: What can be done about it.
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
    is not shown, so a page may be shorter than `limit`, or empty, although there is a next one.
    """
    part, _, last = (after or OPEN).partition(":")
    if part == PUSHED:
        return _pushed_page(connection_id, store, last, limit)
    items = store.pending.read_some(connection_id, PUSH.name, after=last, limit=limit)
    linked = _linked(connection_id, store, [item.record_id for item in items])
    open_items = [item for item in items if _is_open(item, linked)]
    full = len(items) == limit
    following = f"{OPEN}:{items[-1].record_id}" if full else f"{PUSHED}:"
    return PaymentPage(_latest_first(_open_rows(connection_id, store, open_items)), following)


def _is_open(item: PendingItem, linked: Mapping[str, Link]) -> bool:
    """Tell whether an item is a payment not in QuickBooks; a question about payments is none."""
    return item.state is not PendingState.ASKED and item.record_id not in linked


def read_payments(
    connection_id: str, payment_ids: Sequence[str], store: Store = DYNAMODB
) -> dict[str, PaymentRow]:
    """Return where some payments stand, by MobiWork id; nothing for one that nobody has seen."""
    linked = _linked(connection_id, store, payment_ids)
    items = store.pending.read_many(connection_id, PUSH.name, set(payment_ids) - set(linked))
    rows = [
        *_open_rows(connection_id, store, list(items.values())),
        *_pushed_rows(connection_id, store, linked),
    ]
    return {row.payment_id: row for row in rows}


def _pushed_page(connection_id: str, store: Store, last: str, limit: int) -> PaymentPage:
    found = store.links.read_some(connection_id, PUSH.entity, after=last, limit=limit)
    linked = {own: link for own, link in found.items() if isinstance(link, Link)}
    following = f"{PUSHED}:{max(found)}" if len(found) == limit else None
    return PaymentPage(_latest_first(_pushed_rows(connection_id, store, linked)), following)


def _linked(connection_id: str, store: Store, payment_ids: Iterable[str]) -> dict[str, Link]:
    found = store.links.read_many(connection_id, [(PUSH.entity, one) for one in payment_ids])
    return {own: link for (_, own), link in found.items() if isinstance(link, Link)}


def _latest_first(rows: Iterable[PaymentRow]) -> tuple[PaymentRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.paid_on or "", row.payment_id), reverse=True))


def _open_rows(
    connection_id: str, store: Store, items: Sequence[PendingItem]
) -> Iterator[PaymentRow]:
    records: list[tuple[PendingItem, Payment]] = []
    for item in items:
        try:
            records.append((item, read_record(PUSH, item.record_id, item.record)))
        except ValidationError as error:
            reason = item.reason or refusal_of(error, PUSH.records.model).reason
            yield PaymentRow(
                item.record_id, "", None, None, StandsAs.REFUSED, reason, fixes=item.fixes
            )
    known, numbers = _known(connection_id, store, [record for _, record in records])
    saved_just_now = bool(records) and store.settings.replay_due(connection_id) is not None
    approved_first = PUSH.name in known.settings.approve_before_post
    for item, record in records:
        again = saved_just_now and item.waits_for_settings
        now = replace(item, state=PendingState.CHANGED, reason=None) if again else item
        if row := _open_row(now, record, known, numbers):
            if row.state is not StandsAs.ON_ITS_WAY:
                yield row
            elif again:
                yield replace(row, reason=AGAIN)
            elif item.state is PendingState.PLANNED or (approved_first and not item.approved):
                yield replace(row, state=StandsAs.PLANNED, reason=TO_APPROVE, may_be_pushed=False)
            else:
                yield row


def _open_row(
    item: PendingItem, record: Payment, known: PushContext, numbers: Mapping[str, str]
) -> PaymentRow | None:
    named = ", ".join(numbers[one] for one in record.invoices)

    def row(
        state: StandsAs,
        reason: str | None = None,
        fixes: tuple[Fix, ...] = (),
        *,
        free: bool = False,
    ) -> PaymentRow:
        day = record.paid_on.isoformat()
        shown = PaymentRow(item.record_id, named, record.amount, day, state, reason, fixes=fixes)
        return replace(shown, may_be_pushed=free)

    if item.state in HELD:
        sent = item.state is PendingState.SENT
        return row(OF_ITEM[item.state], item.reason, item.fixes, free=sent)
    match plan(PUSH, record, None, known):
        case Skip():
            return None
        case Wait(_, reason):
            return row(StandsAs.WAITING, item.reason or _by_number(reason, numbers), free=True)
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


def _known(
    connection_id: str, store: Store, records: Sequence[Payment]
) -> tuple[PushContext, dict[str, str]]:
    """Return what planning may use, and the numbers of all invoices by MobiWork id."""
    settings = store.settings.read_settings(connection_id)
    company = store.settings.read_company(connection_id)
    referred = {
        (one.entity, one.record_id)
        for record in records
        for one in (
            *PUSH.references.needed(record, settings, company or NOT_READ_YET),
            *PUSH.references.mentioned(record),
        )
    }
    found = store.links.read_many(connection_id, referred)
    linked = {own: one for own, one in found.items() if isinstance(one, Link)}
    blocked = tuple(needs(PUSH.name, settings, company)) if company else ()
    known = PushContext(settings, company or NOT_READ_YET, linked, "", blocked)
    ids = {mobiwork_id for entity, mobiwork_id in referred if entity == INVOICES.entity}
    return known, _numbers(connection_id, store, ids, found)


def _numbers(
    connection_id: str, store: Store, ids: set[str], found: Mapping[tuple[str, str], Linking]
) -> dict[str, str]:
    """Return the number of each invoice: as posted, else as it waits, else MobiWork's id."""
    waiting = store.pending.read_many(connection_id, INVOICES.name, ids)
    numbers = {one: item.label.removeprefix("invoice ") for one, item in waiting.items()}
    for (_, one), link in found.items():
        if isinstance(link, Link) and link.target == INVOICES.target:
            numbers[one] = str(link.base.get("DocNumber", ""))
    return {one: numbers.get(one) or one for one in ids}


def _pushed_rows(
    connection_id: str, store: Store, pushed: Mapping[str, Link]
) -> Iterator[PaymentRow]:
    paid = {
        record_id: [
            str(target["TxnId"])
            for line in link.base.get("Line") or ()
            for target in line.get("LinkedTxn") or ()
            if target.get("TxnType") == INVOICES.target
        ]
        for record_id, link in pushed.items()
    }
    in_quickbooks = {one for ids in paid.values() for one in ids}
    payers = {one: link.base.get("CustomerRef", {}).get("value") for one, link in pushed.items()}
    owners = store.links.owners_of(connection_id, INVOICES.target, in_quickbooks)
    customers = store.links.owners_of(
        connection_id, CUSTOMERS.target, set(payers.values()) - {None}
    )
    found = store.links.read_many(connection_id, [*owners.values(), *customers.values()])
    numbers = _numbers(connection_id, store, {one for _, one in owners.values()}, found)
    for record_id, link in pushed.items():
        body, payer = link.base, found.get(customers.get(payers[record_id] or "", ("", "")))
        yield PaymentRow(
            record_id,
            ", ".join(numbers[owners[one][1]] for one in paid[record_id] if one in owners),
            Decimal(str(body["TotalAmt"])),
            str(body["TxnDate"]),
            StandsAs.CHANGED if link.drift else StandsAs.POSTED,
            reason=link.drift,
            quickbooks_id=link.quickbooks_id,
            customer=payer.base.get("DisplayName") if isinstance(payer, Link) else None,
        )
