from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from connector.entities.purchases import bills
from connector.entities.purchases import orders as purchase_orders
from connector.entities.purchases.lines import DETAIL
from connector.entities.purchases.model import PurchaseOrder
from connector.errors import MissingMappingsError
from connector.model.body import Body
from connector.model.flows.context import PushContext
from connector.model.plans import Reference
from connector.model.policy.postable import Standing
from tests.builders import a_company, settings
from tests.unit.entities.purchases.billing import (
    PLAIN,
    VALVES,
    billed,
    elbows,
    in_part,
    read,
    valves,
    with_bills,
    without,
)
from tests.unit.entities.purchases.buying import (
    PURCHASED,
    an_order_line,
    another_line,
    buying_settings,
    item_line,
    knowing,
    known,
    linked,
)

MANY_CURRENCIES = a_company(multicurrency=True)
GOLDEN = [
    pytest.param(read(), with_bills(), PLAIN, id="everything arrived at once"),
    pytest.param(
        in_part("4", "0"), with_bills(), billed(elbows("4", "5.28")), id="a part of one line"
    ),
    pytest.param(
        in_part("10", "2"),
        with_bills(billed(elbows("4", "5.28"))),
        billed(elbows("6", "7.92"), valves("2", "12.20"))
        | {"PrivateNote": "Bill 2 of MobiWork purchase order PO-71001 [mark]"},
        id="what arrived since the first bill",
    ),
    pytest.param(
        read(),
        with_bills(billed(elbows("4", "5.28")), billed(elbows("6", "7.92"), valves("2", "12.20"))),
        billed(valves("1", "6.10"))
        | {"PrivateNote": "Bill 3 of MobiWork purchase order PO-71001 [mark]"},
        id="the rest, once the order says that all is there",
    ),
    pytest.param(
        read(vendorInvoiceNumber="TP-5531"),
        with_bills(),
        PLAIN | {"DocNumber": "TP-5531"},
        id="the vendor's invoice number",
    ),
    pytest.param(
        read(vendorInvoiceNumber="TP-5531"),
        with_bills(billed(elbows("10", "13.20")) | {"DocNumber": "TP-5531"}),
        billed(valves("3", "18.30"))
        | {
            "DocNumber": "TP-5531-2",
            "PrivateNote": "Bill 2 of MobiWork purchase order PO-71001 [mark]",
        },
        id="the vendor's invoice number on a second bill",
    ),
    pytest.param(
        read(receivedDate="2026/03/11"),
        with_bills(),
        PLAIN | {"TxnDate": "2026-03-11"},
        id="the date of receipt",
    ),
    pytest.param(
        read(),
        with_bills(seen_on=date(2026, 3, 1)),
        PLAIN | {"TxnDate": "2026-03-02"},
        id="never dated before the order",
    ),
    pytest.param(
        read(an_order_line(), another_line(), another_line(quantity="2", total="12.20")),
        with_bills(),
        PLAIN | {"Line": [*PLAIN["Line"], item_line("12", "2", "6.1", "12.20", "Ball valve")]},
        id="a line that was added after the push is linked to nothing",
    ),
    pytest.param(
        read(another_line(), an_order_line()),
        with_bills(),
        PLAIN | {"Line": [valves("3", "18.30"), elbows("10", "13.20")]},
        id="lines in another order than pushed find their own",
    ),
    pytest.param(
        in_part("10", "5"),
        with_bills(PLAIN),
        PLAIN
        | {
            "Line": [item_line("12", "2", "6.1", "12.20", "Ball valve")],
            "PrivateNote": "Bill 2 of MobiWork purchase order PO-71001 [mark]",
        },
        id="more than was ordered is linked to nothing, for the order is closed",
    ),
    pytest.param(
        in_part("10", "6"),
        with_bills(PLAIN, PLAIN | {"Line": [item_line("12", "2", "6.1", "12.20", "")]}),
        PLAIN
        | {
            "Line": [item_line("12", "1", "6.1", "6.10", "Ball valve")],
            "PrivateNote": "Bill 3 of MobiWork purchase order PO-71001 [mark]",
        },
        id="what was billed without a link counts too",
    ),
    pytest.param(
        in_part("4", "3"),
        knowing(company=a_company(edition="QuickBooks Online Essentials")),
        billed(item_line("11", "4", "1.32", "5.28", "Copper elbow, per piece"), VALVES),
        id="in a plan without purchase orders there is nothing to link to",
    ),
    pytest.param(
        read(),
        with_bills(company=MANY_CURRENCIES),
        PLAIN | {"CurrencyRef": {"value": "USD"}},
        id="a company with several currencies",
    ),
]


@pytest.mark.parametrize(("order", "known", "expected"), GOLDEN)
def test_a_receipt_becomes(order: PurchaseOrder, known: PushContext, expected: Body) -> None:
    assert bills.to_qbo(order, known) == expected


def test_a_vendor_without_terms_leaves_the_due_date_to_quickbooks() -> None:
    links = {**with_bills().links, ("vendor", "51001"): linked("56")}
    assert bills.to_qbo(read(), known(links=links)) == without(PLAIN, "SalesTermRef")


def test_what_the_books_do_not_allow_is_refused_all_at_once() -> None:
    stocked = PURCHASED | {"InvStartDate": "2026-04-01"}
    links = {**with_bills().links, ("product", "307016"): linked("11", stocked)}
    company = a_company(closed_until="2026-03-31")
    with pytest.raises(MissingMappingsError) as refused:
        bills.to_qbo(read(), known(links=links, company=company))
    assert refused.value.problems == (
        "It is dated 2026-03-09, and the books in QuickBooks are closed up to 2026-03-31. Give it "
        "a later date in MobiWork, or ask your accountant to reopen the books.",
        'It is dated 2026-03-09, but QuickBooks counts the stock of "Copper elbow" only from '
        "2026-04-01 on. Set an earlier start date on that item in QuickBooks.",
    )


def test_a_lump_sum_is_billed_with_the_whole_order_and_once() -> None:
    freight = an_order_line(productName="Freight", description="", quantity="0", total="25")
    some = read(freight, another_line(receivedQuantity="1"), status="PARTIALLY_RECEIVED")
    every = read(freight, another_line(receivedQuantity="3"))
    lump: Body = {
        "Description": "Freight",
        "Amount": Decimal("25.00"),
        "DetailType": DETAIL,
        DETAIL: {"ItemRef": {"value": "11"}},
    }
    order = linked("145", {"Line": [lump, VALVES]}, line_ids=("1", "2"))
    first = bills.to_qbo(some, with_bills(order=order))
    second = bills.to_qbo(every, with_bills(first, order=order))
    link = [{"TxnId": "145", "TxnType": "PurchaseOrder", "TxnLineId": "1"}]
    assert first["Line"] == [valves("1", "6.10")]
    assert second["Line"] == [lump | {"LinkedTxn": link}, valves("2", "12.20")]
    assert bills.piece_id(
        every, {"71001-1": linked("1", first), "71001-2": linked("2", second)}
    ) == ("71001-2")


@pytest.mark.parametrize(
    ("order", "bases", "expected"),
    [
        pytest.param(read(), (), "71001-1", id="nothing is billed yet"),
        pytest.param(read(), (PLAIN,), "71001-1", id="everything is billed"),
        pytest.param(read(), (billed(elbows("4", "5.28")),), "71001-2", id="a part is billed"),
        pytest.param(
            in_part("4", "0"), (billed(elbows("4", "5.28")),), "71001-1", id="nothing more arrived"
        ),
        pytest.param(
            read(),
            (billed(elbows("4", "5.28")), PLAIN),
            "71001-2",
            id="more is billed than arrived",
        ),
    ],
)
def test_the_link_of_the_next_bill(
    order: PurchaseOrder, bases: Sequence[Body], expected: str
) -> None:
    made = {f"71001-{n}": linked(f"20{n}", one) for n, one in enumerate(bases, 1)}
    assert bills.piece_id(order, made) == expected


def test_the_tenth_bill_comes_after_the_ninth() -> None:
    made = {f"71001-{n}": linked(str(n), billed(elbows("1", "1.32"))) for n in range(1, 10)}
    assert bills.piece_id(read(), made) == "71001-10"


def test_a_bill_that_is_there_is_made_again_as_it_was() -> None:
    first = billed(elbows("4", "5.28"))
    again = bills.to_qbo(in_part("4", "0"), with_bills(first))
    assert again == first


def test_goods_that_went_back_after_the_bill_show_as_drift() -> None:
    again = bills.to_qbo(in_part("3", "0"), with_bills(billed(elbows("4", "5.28"))))
    assert again == billed(elbows("3", "3.96"))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("RECEIVED", Standing.POSTED),
        ("Partially Received", Standing.POSTED),
        ("Shipment arrived", Standing.POSTED),
        ("SENT", Standing.NOT_YET),
        ("CANCELLED", Standing.NEVER),
        ("Closed", Standing.UNDECIDED),
    ],
)
def test_an_order_is_billed_by_its_status(status: str, expected: Standing) -> None:
    found = bills.PUSH.eligibility.verdict(read(status=status), buying_settings(), a_company())
    assert found.standing is expected


def test_a_partial_receipt_without_quantities_is_a_problem() -> None:
    assert bills.problems(read(status="Partially received")) == [
        'Its status is "Partially received", but MobiWork does not say how much of any line '
        "arrived. Enter the received quantities in MobiWork, or set it to received when everything "
        "is there."
    ]


def test_what_is_wrong_with_the_order_is_wrong_with_its_bill() -> None:
    order = read(vendorId="0")
    assert bills.problems(order) == purchase_orders.problems(order) != []


def test_a_receipt_in_order_is_no_problem() -> None:
    assert bills.problems(in_part("4", "0")) == []


def test_a_bill_needs_its_order_first() -> None:
    *others, order = bills.needed(read(), settings(), a_company())
    label = "purchase order PO-71001 to Tampa Plumbing Supply"
    assert order == Reference("purchaseOrder", "71001", label)
    assert [one.entity for one in others] == ["vendor", "product", "product"]


def test_a_bill_is_named_with_its_order() -> None:
    assert bills.label(read()) == "bill of purchase order PO-71001 to Tampa Plumbing Supply"


def test_everything_that_is_not_as_expected_is_said() -> None:
    order = read(vendorInvoiceNumber="TP-5531", taxAmount="2.21")
    linked_line = elbows("1", "1.32")
    answer: Body = {"DocNumber": "TP-5531-2", "TxnDate": "2026-03-09"}
    answer["Line"] = [linked_line, VALVES | {"LinkedTxn": []}, {}]
    assert bills.remarks(order, answer) == [
        "MobiWork does not say when the goods arrived; the bill is dated 2026-03-09, when that was "
        "first seen.",
        'The vendor\'s invoice number "TP-5531" stands as "TP-5531-2" on the bill.',
        "The order's tax of 2.21 is in the cost of its lines, because QuickBooks has no sales tax "
        "on purchases.",
        "1 of its 2 lines is linked to no line of the purchase order in QuickBooks: it was added "
        "to the order later, or more arrived than was ordered.",
    ]


def test_a_bill_as_expected_has_no_remark() -> None:
    order = read(receivedDate="2026/03/11", vendorInvoiceNumber="TP-5531")
    answer = {"DocNumber": "TP-5531", "Line": [elbows("1", "1.32")]}
    assert bills.remarks(order, answer) == []


def test_the_vendors_bills_of_any_day_are_looked_through_for_a_lost_one() -> None:
    assert bills.twin_query(PLAIN) == "SELECT * FROM Bill WHERE VendorRef = '56'"
