"""Purchase orders: what was ordered from a vendor, pushed once; QuickBooks posts nothing for it."""

from connector.entities.purchases.lines import (
    check_books,
    line_problems,
    line_remarks,
    line_to_qbo,
    ordering,
    products_of,
)
from connector.entities.purchases.model import (
    PurchaseOrder,
    about,
    facts,
    order_label,
    with_freight,
    worth_of_all,
)
from connector.entities.purchases.totals import compared
from connector.entities.purchases.tracking import refs_of, tracked
from connector.entities.shared.custom_fields import (
    custom_field_remarks,
    custom_fields,
    texts,
)
from connector.entities.shared.documents import (
    LARGEST,
    NUMBER_LENGTH,
    by_hand_only,
    currency,
    document_number,
)
from connector.entities.shared.wire import cents, dollars, without_empty
from connector.errors import told_at_once
from connector.model.body import Body, Json
from connector.model.company import Company
from connector.model.flows.census import FIELD, STATUS
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushReferences,
    PushTranslation,
    PushWording,
)
from connector.model.flows.records import MobiWorkRecords
from connector.model.plans import Reference
from connector.model.policy.accounts import PAYABLE, account_of
from connector.model.policy.postable import verdict
from connector.model.policy.posting_words import PURCHASE_ORDER_WORDS
from connector.model.policy.settings import Settings
from connector.quickbooks.query import found_by

MEMO_LENGTH = 4000
twin_query = found_by("PurchaseOrder", "TxnDate")
"""They cannot be asked for by vendor: whether QuickBooks filters by it is not sure (6.13)."""


def skip_create_reason(_order: PurchaseOrder, company: Company) -> str | None:
    """Say why a company has no purchase orders: its plan has none (reference 6.13)."""
    if company.has_purchase_orders:
        return None
    return (
        f"{company.edition} has no purchase orders; what arrives is billed anyway. After "
        "upgrading to a plan that has them, save the settings to push this order."
    )


def problems(order: PurchaseOrder) -> list[str]:
    """Say what is wrong with an order: no vendor, its lines, a sum that is not its total."""
    found = [] if order.vendor_id else ["It has no vendor. Choose one in MobiWork."]
    found += line_problems(order.lines)
    added = order.added_up
    if not 0 <= added < LARGEST:
        found.append(
            f"Its lines add up to {dollars(added)}, and QuickBooks accepts no order below zero or "
            "above 100 billion. Correct the lines in MobiWork."
        )
    if order.lines and order.total is not None and added + cents(order.tax) != cents(order.total):
        found.append(
            f"Its lines add up to {dollars(added)} and its tax is {dollars(order.tax)}, which "
            f"makes {dollars(added + order.tax)}, but its total says {dollars(order.total)}. "
            "Correct the lines or the total in MobiWork."
        )
    if order.freight < 0:
        found.append(
            f"Its freight is {dollars(order.freight)}, which is below zero. Correct it in MobiWork."
        )
    if order.tax < 0:
        found.append(
            f"Its tax is {dollars(order.tax)}, which is below zero. Correct it in MobiWork; enter "
            "what the vendor gives back in QuickBooks as a vendor credit."
        )
    elif order.tax and not any(amount > 0 for amount in order.amounts):
        found.append(
            f"Its tax of {dollars(order.tax)} has no line it could be added to. Enter it as a "
            "separate line in MobiWork."
        )
    return found


def needed(order: PurchaseOrder, settings: Settings, _company: Company) -> tuple[Reference, ...]:
    """Name the vendor and the products an order needs in QuickBooks first."""
    vendor_id = order.vendor_id or ""
    vendor = Reference("vendor", vendor_id, f'vendor "{order.vendor_name or vendor_id}"')
    product = settings.freight_product if order.freight else ""
    freight = (Reference("product", product, f'product "{product}" (freight)'),) if product else ()
    return vendor, *products_of(order.lines), *freight


def check(order: PurchaseOrder, known: PushContext) -> None:
    """Check what the books and the settings of the company allow.

    Raises:
        RecordError: all that stands in its way.
    """
    settings = known.settings
    lines = with_freight(order, settings).lines
    chosen, labels = settings.purchase_order_custom_fields, known.company.purchase_fields
    told_at_once(
        lambda: check_books(lines, order.created_on, known, posts=False),
        lambda: custom_fields(order.custom, chosen, labels),
        lambda: refs_of(order.said, known, has_location=False),
    )


def to_qbo(order: PurchaseOrder, known: PushContext) -> Body:
    """Translate to a QuickBooks PurchaseOrder (reference 6.13), its tax in the cost of the lines.

    Raises:
        MissingMappingsError: a closed period, products that cannot be bought in QuickBooks, or a
            choice that is missing.
    """
    check(order, known)
    company, settings = known.company, known.settings
    order = with_freight(order, settings)
    body = without_empty(
        {
            "VendorRef": {"value": known.id_of("vendor", order.vendor_id or "")},
            "APAccountRef": {"value": account_of(company, settings, PAYABLE).id},
            "CurrencyRef": currency(company),
            "TxnDate": order.created_on.isoformat(),
            "DueDate": _expected(order),
            "DocNumber": document_number(order.shown_number)
            if company.custom_purchase_numbers
            else "",
            "Memo": _message(order, settings)[:MEMO_LENGTH],
            "PrivateNote": f"MobiWork purchase order {order.shown_number} {known.marker}",
            "CustomField": custom_fields(
                order.custom, settings.purchase_order_custom_fields, company.purchase_fields
            ),
            "Line": [
                line_to_qbo(line, line.quantity, cost, known)
                for line, cost in zip(ordering(order.lines), order.costs, strict=True)
            ],
        }
    )
    return tracked(body, order.said, known, has_location=False)


def _message(order: PurchaseOrder, settings: Settings) -> str:
    """Return what the vendor reads; comments may be internal, so they go only by setting."""
    return order.message or (order.comments if settings.comments_as_message else "")


def _expected(order: PurchaseOrder) -> str | None:
    expected = order.expected_on
    return expected.isoformat() if expected and expected >= order.created_on else None


def remarks(order: PurchaseOrder, answer: Json) -> list[str]:
    """Say what of an order was left out or shortened."""
    found = [*line_remarks(order.lines), *tax_remarks(order)]
    if len(order.shown_number) > NUMBER_LENGTH and (sent := answer.get("DocNumber")):
        found.append(
            f"The number {order.shown_number} was shortened to {sent}; {NUMBER_LENGTH} characters "
            "fit."
        )
    if len(order.message or order.comments) > MEMO_LENGTH and answer.get("Memo"):
        found.append(f"The message to the vendor was cut to {MEMO_LENGTH} characters.")
    if order.expected_on and not _expected(order):
        found.append("The expected date was left out: it is before the date of the order.")
    return found + custom_field_remarks(order.custom, answer)


def tax_remarks(order: PurchaseOrder) -> list[str]:
    """Say where the tax of an order went: QuickBooks has no tax on purchases (reference 6.7)."""
    if not order.tax:
        return []
    return [
        f"The order's tax of {dollars(order.tax)} is in the cost of its lines, because QuickBooks "
        "has no sales tax on purchases."
    ]


PUSH = PushFlow(
    name="push_purchase_orders",
    records=MobiWorkRecords(
        entity="purchaseOrder",
        model=PurchaseOrder,
        external_id=lambda order: order.external_id,
        said=lambda order: [
            (STATUS, order.status),
            *((FIELD, name) for name in texts(order.custom)),
        ],
    ),
    target="PurchaseOrder",
    eligibility=PushEligibility(
        day=lambda order, _known: order.created_on,
        verdict=lambda order, settings, _company: verdict(
            PURCHASE_ORDER_WORDS, order.status, settings
        ),
        skip_create_reason=skip_create_reason,
        problems=problems,
    ),
    references=PushReferences(needed=needed),
    translation=PushTranslation(body=to_qbo, check=check),
    matching=PushMatching(twin_query=twin_query),
    wording=PushWording(
        label=order_label, remarks=remarks, worth=worth_of_all, facts=facts, about=about
    ),
    updating=by_hand_only("purchase order", {"VendorRef"}),
    totals=compared(lambda order, _sent: worth_of_all(order), "total"),
)
