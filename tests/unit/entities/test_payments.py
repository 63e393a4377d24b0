from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities import payments
from connector.entities.payment_records import Part, Payment
from connector.errors import MissingMappingsError, RejectedError
from connector.flow import Body, Known, Linked, Read, Reference
from connector.mobiwork.xml import RawRecord
from connector.store import settings as saved
from tests.builders import (
    CONNECTION,
    a_company,
    a_customer,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.unit.entities.selling import an_order
from tests.unit.sync.world import World

METHODS = {"Check": "2", "Credit Card": "3", "Cash": "1"}
CUSTOMER = {"CustomerRef": {"value": "58"}}
SUB = {"DisplayName": "Cafe - Kitchen", "ParentRef": {"value": "50"}, "BillWithParent": True}


def read(**changes: Any) -> Payment:
    return Payment.model_validate(a_payment(**changes).fields)


def invoice(number: str, total: str, customer: str = "58") -> Linked:
    return Linked(number, "0", "", {"CustomerRef": {"value": customer}}, Decimal(total))


def known(
    links: dict[tuple[str, str], Linked] | None = None,
    company: dict[str, Any] | None = None,
    **chosen: Any,
) -> Known:
    found = {("invoice", "5501"): invoice("145", "9.63"), ("invoice", "5502"): invoice("146", "20")}
    about = {"payment_methods": METHODS} | (company or {})
    return Known(settings(**chosen), a_company(**about), found | (links or {}), "[mark]")


def line(number: str, amount: str) -> Body:
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": number, "TxnType": "Invoice"}]}


def shared(*parts: tuple[str, str]) -> dict[str, Any]:
    listed = [{"invoiceId": one, "amount": amount} for one, amount in parts]
    return {"invoicePayments": {"invoicePayment": listed}}


WHOLE = {
    "CustomerRef": {"value": "58"},
    "TotalAmt": Decimal("9.63"),
    "TxnDate": "2025-11-10",
    "PaymentMethodRef": {"value": "2"},
    "PaymentRefNum": "chk 1044",
    "PrivateNote": "MobiWork payment 901 [mark]",
    "Line": [line("145", "9.63")],
}
ON_ACCOUNT = {"invoiceId": "null", "customerId": "700001"}
CREDIT = {name: value for name, value in WHOLE.items() if name != "Line"}
BOTH = {"amount": "29.63", **shared(("5501", "9.63"), ("5502", "20.00"))}
LONG = "ach transfer 2025-11-10 no. 774411"
GOLDEN: dict[str, tuple[Known, dict[str, Any], Body]] = {
    "the whole invoice": (known(), {}, WHOLE),
    "a part of the invoice, in cash": (
        known(),
        {"amount": "4.0", "paymentMethod": "cash", "paymentReference": "null"},
        {
            "CustomerRef": {"value": "58"},
            "TotalAmt": Decimal("4.00"),
            "TxnDate": "2025-11-10",
            "PaymentMethodRef": {"value": "1"},
            "PrivateNote": "MobiWork payment 901 [mark]",
            "Line": [line("145", "4.00")],
        },
    ),
    "more than the invoice": (
        known(),
        {"amount": "20.00"},
        WHOLE | {"TotalAmt": Decimal("20.00")},
    ),
    "several invoices with their amounts": (
        known(),
        BOTH,
        WHOLE | {"TotalAmt": Decimal("29.63"), "Line": [line("145", "9.63"), line("146", "20.00")]},
    ),
    "several invoices without amounts, the first paid first": (
        known(),
        {"amount": "12.00", "invoiceIds": {"invoiceId": ["5501", "5502"]}},
        WHOLE | {"TotalAmt": Decimal("12.00"), "Line": [line("145", "9.63"), line("146", "2.37")]},
    ),
    "less than its invoices come to, shared by hand": (
        known(),
        {"amount": "20.00", **shared(("5501", "2.50"), ("5502", "7.50"))},
        WHOLE | {"TotalAmt": Decimal("20.00"), "Line": [line("145", "2.50"), line("146", "7.50")]},
    ),
    "one invoice in two parts": (
        known(),
        {
            "allocations": {
                "allocation": [
                    {"invoiceId": "5501", "amount": "3.00"},
                    {"invoiceId": "5501", "amount": "6.63"},
                ]
            }
        },
        WHOLE,
    ),
    "a method and an account chosen in the settings": (
        known(payment_methods={"venmo": "Credit Card"}, deposit_accounts={"Venmo": "Checking"}),
        {"paymentMethod": "Venmo"},
        WHOLE | {"PaymentMethodRef": {"value": "3"}, "DepositToAccountRef": {"value": "35"}},
    ),
    "a method chosen by its id": (
        known(payment_methods={"Venmo": "3"}),
        {"paymentMethod": "Venmo"},
        WHOLE | {"PaymentMethodRef": {"value": "3"}},
    ),
    "a method that QuickBooks does not have": (
        known(),
        {"paymentMethod": "Venmo"},
        {name: value for name, value in WHOLE.items() if name != "PaymentMethodRef"},
    ),
    "a type that says how it was paid": (
        known(),
        {"paymentType": "Credit Card", "paymentMethod": ""},
        WHOLE | {"PaymentMethodRef": {"value": "3"}},
    ),
    "a reference too long for its field": (
        known(),
        {"paymentReference": LONG},
        WHOLE
        | {
            "PaymentRefNum": "ach transfer 2025-11-",
            "PrivateNote": f"MobiWork payment 901, reference {LONG} [mark]",
        },
    ),
    "a customer who gets his own bills": (
        known({("customer", "700001"): Linked("58", "0", "", {"ParentRef": {"value": "50"}})}),
        {"customerId": "700001"},
        WHOLE,
    ),
    "a customer whose parent gets the bills": (
        known({("customer", "700001"): Linked("58", "0", "", SUB)}),
        {"customerId": "700001"},
        WHOLE | {"CustomerRef": {"value": "50"}},
    ),
    "a customer with a parent who is not the one that was invoiced": (
        known({("customer", "700001"): Linked("57", "0", "", SUB)}),
        {"customerId": "700001"},
        WHOLE,
    ),
    "invoices of two sub-customers, paid by their parent": (
        known(
            {
                ("invoice", "5502"): invoice("146", "20.00", "59"),
                ("customer", "700900"): Linked("50", "0", "", {"DisplayName": "Cafe"}),
            }
        ),
        BOTH | {"customerId": "700900"},
        WHOLE
        | {
            "CustomerRef": {"value": "50"},
            "TotalAmt": Decimal("29.63"),
            "Line": [line("145", "9.63"), line("146", "20.00")],
        },
    ),
    "a sales order that was checked out": (
        known({("salesOrder", "61001"): invoice("155", "9.63")}),
        {"invoiceId": "61001"},
        WHOLE | {"Line": [line("155", "9.63")]},
    ),
    "a sales order that is named as one": (
        known({("salesOrder", "61001"): invoice("155", "9.63")}),
        {"invoiceId": "null", "salesOrderId": "61001"},
        WHOLE | {"Line": [line("155", "9.63")]},
    ),
    "an invoice and a sales order of one id": (
        known({("salesOrder", "5501"): invoice("155", "9.63")}),
        {},
        WHOLE,
    ),
    "an invoice and a sales order of one id, of which only the order is the customer's": (
        known(
            {
                ("salesOrder", "5501"): invoice("155", "9.63", "61"),
                ("customer", "700004"): Linked("61", "0", "", {}),
            }
        ),
        {"customerId": "700004"},
        WHOLE | {"CustomerRef": {"value": "61"}, "Line": [line("155", "9.63")]},
    ),
    "an invoice and a sales order in one payment": (
        known({("salesOrder", "61001"): invoice("155", "20.00")}),
        {"amount": "29.63", **shared(("5501", "9.63"), ("61001", "20.00"))},
        WHOLE | {"TotalAmt": Decimal("29.63"), "Line": [line("145", "9.63"), line("155", "20.00")]},
    ),
    "on account": (
        known({("customer", "700001"): Linked("58", "0", "", {})}, payments_on_account=True),
        ON_ACCOUNT,
        CREDIT,
    ),
    "on account of a sub-customer whose parent gets the bills": (
        known({("customer", "700001"): Linked("58", "0", "", SUB)}, payments_on_account=True),
        ON_ACCOUNT,
        CREDIT | {"CustomerRef": {"value": "50"}},
    ),
    "a company with several currencies": (
        known(company={"multicurrency": True}),
        {},
        WHOLE | {"CurrencyRef": {"value": "USD"}},
    ),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_the_complete_body_of(case: str) -> None:
    about, changes, expected = GOLDEN[case]
    assert payments.problems(read(**changes)) == []
    assert payments.to_qbo(read(**changes), about) == expected


@pytest.mark.parametrize("status", ["FAILED", "declined", "DELETED", "Voided", "pending"])
def test_no_money_no_payment(status: str) -> None:
    told = payments.why_not(read(status=status), settings())
    assert told == f'Its status is "{status}": no money came in.'


@pytest.mark.parametrize("kind", ["REFUND", "Credit memo", "credit", "CHARGEBACK", "write-off"])
def test_money_that_goes_back_is_not_pushed(kind: str) -> None:
    told = payments.why_not(read(paymentType=kind), settings())
    assert told == (
        f'Its type is "{kind}", which is no payment received. Refunds, credits and the like are '
        "entered in QuickBooks by hand."
    )


@pytest.mark.parametrize("kind", ["PAYMENT", "Credit Card", "AutoPay", "invoice payment"])
def test_money_that_comes_in_is_pushed(kind: str) -> None:
    payment = read(paymentType=kind)
    assert payments.why_not(payment, settings()) == ""
    assert payments.to_qbo(payment, known())["TotalAmt"] == Decimal("9.63")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"invoiceId": "0"},
            "It belongs to no invoice and to no customer. Apply it to an invoice in MobiWork, or "
            "enter it in QuickBooks by hand and leave it out here.",
        ),
        (
            {"amount": "0.001"},
            "Its amount is 0.00; a payment must be more than zero and less than "
            "100,000,000,000.00.",
        ),
        (
            {"amount": "29.62"} | {"invoicePayments": BOTH["invoicePayments"]},
            "Its parts (9.63, 20.00) do not fit into its amount of 29.62. Correct them in "
            "MobiWork.",
        ),
        (
            {"allocations": {"allocation": [{"invoiceId": "5501"}, {"amount": "1.00"}]}},
            "One of its parts names no invoice. Choose one in MobiWork.",
        ),
    ],
)
def test_what_is_wrong_with_a_payment_is_told(changes: dict[str, Any], problem: str) -> None:
    assert payments.problems(read(**changes)) == [problem]


def test_a_part_below_nothing_is_a_problem() -> None:
    parts = shared(("5501", "-1.00"), ("5502", "5.00"))
    assert "do not fit" in payments.problems(read(**parts))[0]


def test_parts_are_compared_in_whole_cents() -> None:
    assert payments.problems(read(amount="9.636", **shared(("5501", "9.636")))) == []


def test_a_payment_without_invoice_or_money_says_both() -> None:
    assert len(payments.problems(read(invoiceId="0", amount="-1.00"))) == 2


def refusal_of(payment: Payment, about: Known) -> MissingMappingsError:
    with pytest.raises(MissingMappingsError) as raised:
        payments.to_qbo(payment, about)
    return raised.value


def test_a_payment_in_a_closed_period_is_refused_before_it_is_sent() -> None:
    refused = refusal_of(read(), known(company={"closed_until": "2025-11-10"}))
    assert str(refused) == (
        "It is dated 2025-11-10, and the books in QuickBooks are closed up to 2025-11-10. Give it "
        "a later date in MobiWork, or ask your accountant to open the books."
    )


@pytest.mark.parametrize(
    ("links", "changes"),
    [({("payment", "901"): Linked("9", "0", "", {})}, {}), ({}, {"externalId": "9,QBO"})],
)
def test_a_payment_that_is_in_a_closed_period_already_is_not_refused(
    links: dict[tuple[str, str], Linked], changes: dict[str, Any]
) -> None:
    about = known(links, company={"closed_until": "2026-01-31"})
    assert payments.to_qbo(read(**changes), about)["TotalAmt"] == Decimal("9.63")


def test_a_type_nobody_knows_is_refused_with_the_way_to_the_settings() -> None:
    refused = refusal_of(read(paymentType="BARTER", paymentMethod=""), known())
    assert str(refused) == (
        'Its type is "BARTER", which may be no money received at all. If it is, give it a payment '
        'method in the setting "Payment method by MobiWork payment type".'
    )
    assert refused.fixes[0].action == "open_settings"


def test_invoices_of_customers_with_no_parent_in_common_are_refused() -> None:
    about = known({("invoice", "5502"): invoice("146", "20.00", "59")})
    assert str(refusal_of(read(**BOTH), about)) == (
        "Its invoices belong to different customers, and a payment in QuickBooks belongs to one. "
        "Split it in MobiWork into one payment per customer."
    )


def test_everything_that_stops_a_payment_is_told_at_once() -> None:
    about = known(
        {("invoice", "5502"): invoice("146", "20.00", "59")},
        company={"closed_until": "2026-01-31"},
    )
    payment = read(**BOTH, paymentType="BARTER", paymentMethod="")
    assert len(refusal_of(payment, about).problems) == 3


def test_a_payment_refers_to_all_its_invoices() -> None:
    assert payments.PUSH.refers_to(read(**BOTH)) == (
        Reference("invoice", "5501", "invoice 5501", instead="salesOrder"),
        Reference("invoice", "5502", "invoice 5502", instead="salesOrder"),
    )


def test_the_customer_of_a_payment_is_mentioned_where_it_is_named() -> None:
    order = Reference("salesOrder", "5501", "sales order 5501")
    customer = Reference("customer", "700001", "customer 700001")
    assert payments.PUSH.mentions(read()) == (order,)
    assert payments.PUSH.mentions(read(customerId="700001")) == (order, customer)


def test_a_payment_on_account_is_refused_until_the_settings_want_it() -> None:
    refused = refusal_of(read(**ON_ACCOUNT), known())
    assert str(refused) == (
        "It belongs to no invoice: it is on the customer's account or a deposit on a quote. Apply "
        "it to an invoice in MobiWork, or have such payments posted as a credit of the customer "
        'with the setting "Push payments on account".'
    )
    assert refused.fixes[0].action == "open_settings"


def test_a_payment_on_account_waits_for_its_customer_where_it_is_wanted() -> None:
    wanted, needed = settings(payments_on_account=True), payments.PUSH.settings_refer_to
    assert needed(read(**ON_ACCOUNT), wanted) == (
        Reference("customer", "700001", "customer 700001"),
    )
    assert needed(read(**ON_ACCOUNT), settings()) == ()
    assert needed(read(customerId="700001"), wanted) == ()


def test_a_payment_that_mobiworks_own_connector_pushed_is_adopted() -> None:
    assert payments.PUSH.native_id(read(externalId="74,QBO"), "{id},QBO") == "74"


@pytest.mark.parametrize(
    ("changes", "answer", "remark"),
    [
        (
            {"paymentReference": LONG},
            {"PaymentMethodRef": {"value": "2"}},
            f'The reference "{LONG}" was cut to 21 characters; the memo has more of it.',
        ),
        (
            {"paymentMethod": "Venmo"},
            {},
            'QuickBooks has no payment method "Venmo", so none was set. Choose one in the setting '
            '"Payment method by MobiWork payment type".',
        ),
        (
            {"amount": "20.00", "paymentMethod": ""},
            {"UnappliedAmt": Decimal("10.37")},
            "10.37 of 20.00 is more than the invoice is for and stands as a credit of the "
            "customer.",
        ),
        (
            BOTH | {"amount": "30.00", "paymentMethod": ""},
            {"UnappliedAmt": Decimal("0.37")},
            "0.37 of 30.00 is more than the invoices are for and stands as a credit of the "
            "customer.",
        ),
    ],
)
def test_what_is_cut_or_not_applied_is_told(
    changes: dict[str, Any], answer: dict[str, Any], remark: str
) -> None:
    assert payments.remarks(read(**changes), answer) == [remark]


def test_money_on_account_is_told_to_stand_as_a_credit() -> None:
    payment = read(**ON_ACCOUNT, amount="20.00", paymentMethod="")
    assert payments.remarks(payment, {"UnappliedAmt": Decimal("20.00")}) == [
        "20.00 stands as a credit of the customer. Apply it in QuickBooks to what it pays."
    ]


@pytest.fixture
def world(table: None) -> World:
    """Have a customer and a part in QuickBooks."""
    del table
    world = World()
    world.find(a_customer(), a_product(), an_order())
    world.push("customer", "product")
    return world


def paid(world: World, run_id: str, *records: RawRecord) -> tuple[str, str]:
    """Let MobiWork show a payment of 61001 with more records; return its outcome and why."""
    world.run_id = run_id
    world.find(a_customer(), a_product(), a_payment(invoiceId="61001"), *records)
    world.push("salesOrder", "payment")
    return world.note("payment", "901")


def test_a_payment_of_a_sales_order_waits_with_words_until_it_is_checked_out(world: World) -> None:
    assert paid(world, "r1", an_order(status="OPEN_SHOPPING_CART")) == (
        "waiting",
        "It waits for invoice 61001, which is not in QuickBooks yet. Invoice 61001 is left out: "
        "It is still a shopping cart; it is pushed once it is an order.",
    )
    assert paid(world, "r2", an_order())[0] == "created"
    (payment,) = world.quickbooks.records["Payment"]
    assert payment["Line"][0]["LinkedTxn"] == [
        {"TxnId": str(world.link("salesOrder", "61001")), "TxnType": "Invoice"}
    ]


def test_a_payment_of_nothing_that_mobiwork_lists_waits_with_words(world: World) -> None:
    assert paid(world, "r1")[1] == (
        "It waits for invoice 61001, which is not in QuickBooks yet. MobiWork does not list "
        "invoice 61001 as ready for QuickBooks: check that it exists there."
    )


def test_a_payment_waits_for_its_invoice_though_a_sales_order_has_the_same_id(
    world: World,
) -> None:
    unready = an_invoice("61001", total="19.63")
    assert paid(world, "r1", an_order(), unready) == (
        "waiting",
        "It waits for invoice 61001, which is not in QuickBooks yet.",
    )
    assert world.left("payment") == {"901": "waiting"}


def test_a_credit_that_was_applied_in_mobiwork_later_is_told(world: World) -> None:
    chosen = settings(payments_on_account=True)
    saved.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")
    world.run_id = "r1"
    world.find(a_customer(), a_product(), an_invoice(), a_payment(**ON_ACCOUNT))
    world.push("invoice", "payment")
    world.run_id = "r2"
    world.find(a_customer(), a_product(), an_invoice(), a_payment(customerId="700001"))
    world.push("payment")
    assert world.note("payment", "901")[1].endswith("It had no lines and has 1 line now.")


def refused(code: str = "6000") -> RejectedError:
    return RejectedError("More than is owed.", code=code)


def owing(*balances: str, **customer: Any) -> Read:
    """Answer invoices 145, 146 ... with their balances, and the customer."""
    known_by_id = {str(145 + at): {"Balance": Decimal(one)} for at, one in enumerate(balances)}
    return lambda entity, record_id: customer if entity == "Customer" else known_by_id[record_id]


def amended(body: Body, reads: Read, code: str = "6000") -> Body:
    """Return the members that another try changes."""
    found = payments.amend(body, refused(code), reads) or body
    return {name: value for name, value in found.items() if value != body[name]}


def test_after_a_refusal_only_what_the_invoice_owes_is_applied() -> None:
    assert amended(WHOLE, owing("9.00")) == {"Line": [line("145", "9.00")]}


def test_a_payment_of_a_paid_invoice_becomes_a_credit() -> None:
    assert amended(WHOLE, owing("0")) == {"Line": []}


def test_of_several_invoices_each_gets_no_more_than_it_owes() -> None:
    body = WHOLE | {"Line": [line("145", "9.63"), line("146", "20.00"), line("147", "1.00")]}
    lines = [line("146", "19.99"), line("147", "1.00")]
    assert amended(body, owing("0", "19.99", "50")) == {"Line": lines}


def test_after_a_refusal_the_parent_pays_where_it_gets_the_bills() -> None:
    reads = owing("9.63", BillWithParent=True, ParentRef={"value": "50"})
    assert amended(WHOLE, reads) == {"CustomerRef": {"value": "50"}}


@pytest.mark.parametrize(("code", "balance"), [("6200", "1.00"), ("6000", "9.63")])
def test_a_refusal_for_another_reason_stands(code: str, balance: str) -> None:
    assert payments.amend(WHOLE, refused(code), owing(balance)) is None


MONEY = st.decimals("0.01", "99999", places=2, allow_nan=False)


@given(
    amount=st.decimals("0.005", "99999", places=4, allow_nan=False),
    parts=st.lists(
        st.tuples(st.sampled_from(["5501", "5502", "5503"]), st.none() | MONEY), max_size=5
    ),
    totals=st.lists(MONEY | st.just(Decimal(0)), min_size=3, max_size=3),
    reference=st.text(max_size=40),
)
def test_lines_never_exceed_the_payment_their_share_or_their_invoice(
    amount: Decimal, parts: list[tuple[str, Decimal | None]], totals: list[Decimal], reference: str
) -> None:
    payment = read().model_copy(
        update={
            "amount": amount,
            "parts": [Part.model_validate({"id": one, "amount": share}) for one, share in parts],
            "reference": reference,
        }
    )
    if payments.problems(payment):
        return
    links = {
        ("invoice", f"550{at}"): invoice(f"14{at}", str(total))
        for at, total in enumerate(totals, start=1)
    }
    body = payments.to_qbo(payment, known(links))
    limits = {f"14{at}": total for at, total in enumerate(totals, start=1)}
    for one in {one for one, share in parts if share is not None}:
        shared = sum((share for other, share in parts if other == one and share), Decimal(0))
        limits[f"14{one[-1]}"] = min(limits[f"14{one[-1]}"], shared)
    lines = body.get("Line", [])
    assert sum((one["Amount"] for one in lines), Decimal(0)) <= body["TotalAmt"]
    assert all(0 < one["Amount"] <= limits[one["LinkedTxn"][0]["TxnId"]] for one in lines)
    assert len({one["LinkedTxn"][0]["TxnId"] for one in lines}) == len(lines)
    assert len(body.get("PaymentRefNum", "")) <= 21
