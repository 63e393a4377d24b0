from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.entities.payments import credit_memos, payouts
from connector.entities.payments import push as push_payments
from connector.entities.payments.kinds import kind_of, may_bring_no_money
from connector.errors import MissingMappingsError, NotYetError
from connector.model.body import Body
from connector.model.company import Account
from connector.model.flows.context import Linked, PushContext
from connector.model.plans import Reference
from connector.model.policy.postable import Standing
from connector.model.policy.requirements import problems as problems_of
from tests.builders import a_company, settings
from tests.unit.entities.payments.paying import ON_ACCOUNT, invoice, known, read, shared

CHOSEN = {
    "credit_product": "307001",
    "write_off_product": "307002",
    "refund_product": "307003",
    "refund_account": "Checking",
}
CREDIT = {"paymentType": "CREDIT", "paymentMethod": "", "paymentReference": "null"}
WRITE_OFF = CREDIT | {"paymentType": "WRITE_OFF"}
REFUND = {"paymentType": "REFUND", "refundedPaymentId": "900"}
PRODUCTS = {
    ("product", "307001"): Linked("21", "0", "", {}),
    ("product", "307002"): Linked("22", "0", "", {}),
    ("product", "307003"): Linked("23", "0", "", {}),
    ("customer", "700001"): Linked("58", "0", "", {"DisplayName": "Blue Heron Plumbing"}),
}


def chosen(links: dict[tuple[str, str], Linked] | None = None, **more: Any) -> PushContext:
    return known(PRODUCTS | (links or {}), **(CHOSEN | more))


def line(text: str, item: str, amount: str) -> Body:
    return {
        "LineNum": 1,
        "Description": text,
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": item},
            "Qty": Decimal(1),
            "UnitPrice": Decimal(amount),
            "TaxCodeRef": {"value": "NON"},
        },
    }


MEMO: Body = {
    "CustomerRef": {"value": "58"},
    "TxnDate": "2025-11-10",
    "PrivateNote": "MobiWork credit 901 [mark]",
    "Line": [line("Credit on invoice 145", "21", "9.63")],
}
BAD_DEBT = MEMO | {
    "PrivateNote": "MobiWork write-off 901 [mark]",
    "Line": [line("Write-off on invoice 145", "22", "9.63")],
}
RECEIPT: Body = {
    "CustomerRef": {"value": "58"},
    "TxnDate": "2025-11-10",
    "PaymentMethodRef": {"value": "2"},
    "PaymentRefNum": "chk 1044",
    "DepositToAccountRef": {"value": "35"},
    "PrivateNote": "MobiWork refund 901 [mark]",
    "Line": [line("Refund on invoice 145", "23", "9.63")],
}
OWED = Account(id="84", name="Accounts Receivable (A/R)", type="Accounts Receivable")
BOOKS = {"accounts": (*a_company().accounts, OWED)}
PAYOUT: Body = {
    "PaymentType": "Check",
    "AccountRef": {"value": "35"},
    "EntityRef": {"value": "58", "type": "Customer"},
    "TxnDate": "2025-11-10",
    "PrivateNote": "MobiWork refund 901 [mark]",
    "Line": [
        {
            "Description": "Refund on the customer's account",
            "Amount": Decimal("9.63"),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "84"}},
        }
    ],
}
BOTH = {"amount": "29.63", **shared(("5501", "9.63"), ("5502", "20.00"))}
GOLDEN: dict[str, tuple[PushContext, dict[str, Any], Body]] = {
    "a credit of the whole invoice": (chosen(), CREDIT, MEMO),
    "a credit of a part of it, told by a payment below zero": (
        chosen(),
        CREDIT | {"amount": "-4.00"},
        MEMO | {"Line": [line("Credit on invoice 145", "21", "4.00")]},
    ),
    "a credit on two invoices": (
        chosen(),
        CREDIT | BOTH,
        MEMO | {"Line": [line("Credit on invoice 145, 146", "21", "29.63")]},
    ),
    "a credit on the customer's account": (
        chosen(),
        CREDIT | ON_ACCOUNT,
        MEMO | {"Line": [line("Credit on the customer's account", "21", "9.63")]},
    ),
    "store credit that was chosen to be one": (
        chosen(payments_without_money={"store credit": "credit"}),
        {"paymentMethod": "Store Credit"},
        MEMO,
    ),
    "a write-off": (chosen(), WRITE_OFF, BAD_DEBT),
    "a discount that was chosen to be a write-off": (
        chosen(payments_without_money={"Discount": "write-off"}),
        {"paymentMethod": "discount"},
        BAD_DEBT,
    ),
    "a refund by check": (chosen(), REFUND, RECEIPT),
    "a refund that is a payment below zero": (
        chosen(),
        {"amount": "-3.00", "paymentReference": "null"},
        {name: value for name, value in RECEIPT.items() if name != "PaymentRefNum"}
        | {"Line": [line("Refund on invoice 145", "23", "3.00")]},
    ),
    "a refund by a method that QuickBooks does not have": (
        chosen(),
        REFUND | {"paymentMethod": "Venmo"},
        {name: value for name, value in RECEIPT.items() if name != "PaymentMethodRef"},
    ),
    "money on account that is paid back by check": (
        chosen(company=BOOKS),
        REFUND | ON_ACCOUNT,
        PAYOUT,
    ),
    "money on account that is paid back in cash, with numbers of its own": (
        chosen(company=BOOKS | {"custom_purchase_numbers": True}),
        REFUND | ON_ACCOUNT | {"paymentMethod": "Cash", "amount": "-9.63"},
        PAYOUT | {"PaymentType": "Cash", "DocNumber": "chk 1044"},
    ),
    "several currencies": (
        chosen(company={"multicurrency": True}),
        CREDIT,
        MEMO | {"CurrencyRef": {"value": "USD"}},
    ),
}


@pytest.mark.case("M7")
@pytest.mark.parametrize(("about", "changes", "expected"), GOLDEN.values(), ids=GOLDEN)
def test_the_whole_body(about: PushContext, changes: dict[str, Any], expected: Body) -> None:
    assert credit_memos.to_qbo(read(**changes), about) == expected


@pytest.mark.parametrize(("about", "changes", "_body"), GOLDEN.values(), ids=GOLDEN)
def test_it_becomes_what_its_body_is(
    about: PushContext, changes: dict[str, Any], _body: Body
) -> None:
    target = credit_memos.variant(read(**changes)).target
    receipt = "RefundReceipt" if "DepositToAccountRef" in _body else "CreditMemo"
    assert target == ("Purchase" if "EntityRef" in _body else receipt)
    assert f" FROM {target} " in credit_memos.twin_query(_body)


def why(changes: dict[str, Any], about: PushContext) -> str:
    with pytest.raises(MissingMappingsError) as raised:
        credit_memos.to_qbo(read(**changes), about)
    return str(raised.value)


@pytest.mark.case("M7")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            CREDIT,
            "It is a credit of 9.63 for Blue Heron Plumbing, on invoice INV-1, and not posted: "
            'the setting "Product used for credits" is empty.',
        ),
        (WRITE_OFF, "It is a write-off of 9.63 for Blue Heron Plumbing, on invoice INV-1, and not"),
        (
            REFUND | {"amount": "3.00"},
            "It is a refund of 3.00 for Blue Heron Plumbing, on invoice ",
        ),
    ],
)
def test_without_a_choice_it_is_an_entry_with_amount_customer_and_document(
    changes: dict[str, Any], words: str
) -> None:
    sold = Linked(
        "145",
        "0",
        "",
        {"CustomerRef": {"value": "58"}, "DocNumber": "INV-1"},
        Decimal("9.63"),
        facts={"customer": "700001", "amount": "9.63"},
    )
    assert words in why(changes, known(PRODUCTS | {("invoice", "5501"): sold}))


def test_the_customer_is_known_by_the_invoice() -> None:
    sold = {("invoice", "5501"): Linked("145", "0", "", {}, facts={"customer": "700001"})}
    wanted = (Reference("customer", "700001", "customer 700001"),)
    assert credit_memos.PUSH.further(read(**CREDIT), known(sold)) == wanted


@pytest.mark.case("M7i")
@pytest.mark.parametrize(
    ("about", "words"),
    [
        (chosen(), "QuickBooks has 0 accounts of type Accounts Receivable"),
        (chosen(company={"accounts": (*BOOKS["accounts"], OWED)}), "has 2 accounts of type"),
        (chosen(company=BOOKS, refund_account="Inventory Asset"), "from a bank account only"),
    ],
)
def test_money_on_account_is_paid_back_from_a_bank_against_the_one_receivable_account(
    about: PushContext, words: str
) -> None:
    assert words in why(REFUND | ON_ACCOUNT, about)


@pytest.mark.case("M7i")
def test_who_pays_money_on_account_back_is_told_how_to_close_both() -> None:
    refund = read(**REFUND, **ON_ACCOUNT)
    assert credit_memos.to_finish(refund, {"TotalAmt": Decimal("9.63")}, settings()) == [
        payouts.THEN
    ]


@pytest.mark.case("M7i")
def test_it_needs_no_product_for_it_sells_nothing() -> None:
    found = credit_memos.needed(read(**REFUND, **ON_ACCOUNT), settings(**CHOSEN), a_company())
    assert [one.entity for one in found] == ["customer", "payment"]


@pytest.mark.case("M33d")
@pytest.mark.parametrize(
    ("record", "words"),
    [
        (REFUND | {"amount": "150.00"}, "150.00 of payment 900, which is 9.63 in QuickBooks"),
        (WRITE_OFF | {"amount": "9.64"}, "writes off 9.64, but invoice 145 comes to no more than"),
        (WRITE_OFF | {"amount": "-9.64"}, "writes off 9.64, but invoice 145 comes to no more than"),
        (
            REFUND | {"refundedPaymentId": "null", "amount": "9.64"},
            "gives back 9.64, but invoice 145 comes to no more than 9.63",
        ),
    ],
)
def test_more_than_was_paid_or_owed_is_neither_given_back_nor_written_off(
    record: dict[str, Any], words: str
) -> None:
    whole = {"TotalAmt": Decimal("9.63"), "Line": [{"Amount": Decimal("9.63")}]}
    kinds = {"payments_without_money": {"WRITE_OFF": "write-off"}}
    assert words in why(record, chosen({("payment", "900"): Linked("7", "0", "", whole)}, **kinds))


@pytest.mark.case("M33d")
def test_a_write_off_on_account_is_to_be_applied_by_hand() -> None:
    answer, off = {"TotalAmt": Decimal("9.63")}, read(**WRITE_OFF | ON_ACCOUNT)
    assert credit_memos.to_finish(off, answer, settings(**CHOSEN)) == [credit_memos.APPLY]
    assert credit_memos.to_finish(read(**CREDIT | ON_ACCOUNT), answer, settings(**CHOSEN)) == []
    assert credit_memos.to_finish(read(**WRITE_OFF), answer, settings(**CHOSEN)) == []


@pytest.mark.case("M33h")
@pytest.mark.parametrize(
    "since",
    [
        {"drift": 'Its status is "Void": it does not count.'},
        {"gone": "It was voided in QuickBooks."},
    ],
)
def test_a_refund_of_what_does_not_count_any_more_is_no_sale_given_back_for_sure(
    since: dict[str, Any],
) -> None:
    off = {("invoice", "5501"): replace(invoice("145", "9.63"), **since)}
    assert "Where it is void in QuickBooks its payment is the customer's credit" in why(
        REFUND, chosen(off)
    )
    told = {("invoice", "5501"): replace(invoice("145", "9.63"), drift="The date was 1 and is 2.")}
    assert credit_memos.to_qbo(read(**REFUND), chosen(told))


@pytest.mark.case("M33h")
def test_a_credit_of_an_invoice_that_is_gone_waits_like_its_payment() -> None:
    gone = {("invoice", "5501"): replace(invoice("145", "9.63"), gone="It was voided.")}
    with pytest.raises(NotYetError, match="was voided or deleted in QuickBooks"):
        credit_memos.to_qbo(read(**CREDIT), chosen(gone))


@pytest.mark.case("M7j")
def test_a_refund_of_a_payment_that_is_in_part_a_credit_is_no_sale_given_back_for_sure() -> None:
    paid = {"TotalAmt": Decimal("12.00"), "Line": [{"Amount": Decimal("9.63")}]}
    about = chosen({("payment", "900"): Linked("7", "0", "", paid)})
    assert "in part a credit on the customer's account" in why(REFUND, about)


@pytest.mark.case("M7b")
def test_a_credit_in_a_closed_period_or_of_two_customers_is_refused() -> None:
    two = {("invoice", "5502"): invoice("146", "20", "59")}
    about = chosen(two, company={"closed_until": "2025-12-31"})
    told = why(CREDIT | BOTH, about)
    assert ("closed up to" in told, "different customers" in told) == (True, True)


def test_it_needs_its_invoice_its_service_and_the_payment_that_it_gives_back() -> None:
    found = credit_memos.needed(read(**REFUND), settings(**CHOSEN), a_company())
    assert [(one.entity, one.record_id) for one in found] == [
        ("invoice", "5501"),
        ("product", "307003"),
        ("payment", "900"),
    ]


def test_refunds_need_an_account_that_money_is_paid_from() -> None:
    found = problems_of(settings(refund_product="307003"), a_company())
    told = [one.sentence for one in found if one.only == "refunds"]
    assert '"Account refunds are paid from" is empty' in told[0]


KINDS = [
    ({"paymentType": "Credit memo"}, "credit"),
    ({"paymentType": "STORE_CREDIT"}, "credit"),
    ({"paymentType": "Credit Card"}, None),
    ({"paymentType": "Written off"}, "write-off"),
    ({"paymentType": "Partial refund"}, "refund"),
    ({"paymentType": "Credit refund"}, "refund"),
    ({"amount": "-1.00"}, "refund"),
    ({"paymentMethod": "Store Credit"}, None),
    ({"paymentType": "CHARGEBACK"}, None),
    ({}, None),
]


@pytest.mark.case("M7a")
@pytest.mark.parametrize(("changes", "kind"), KINDS)
def test_what_a_payment_stands_for_is_said_by_its_type_or_sign(
    changes: dict[str, Any], kind: str | None
) -> None:
    payment = read(**changes)
    assert kind_of(payment, settings()) == kind
    assert may_bring_no_money(payment) or kind is None


@pytest.mark.case("M7a")
@pytest.mark.parametrize(
    ("changes", "choice", "kind"),
    [
        (CREDIT, {"payments_without_money": {"credit": "ignore"}}, None),
        (CREDIT, {"payments_without_money": {"Credit": "write-off"}}, "write-off"),
        (CREDIT, {"payment_methods": {"Credit": "Credit Card"}}, None),
        (REFUND, {"payments_without_money": {"Refund": "credit"}}, "refund"),
        (REFUND, {"payments_without_money": {"Refund": "ignore"}}, None),
        ({"paymentMethod": "Barter"}, {"payments_without_money": {"barter": "credit"}}, "credit"),
    ],
)
def test_what_the_company_chose_comes_first(
    changes: dict[str, Any], choice: dict[str, Any], kind: str | None
) -> None:
    assert kind_of(read(**changes), settings(**choice)) == kind


@pytest.mark.case("M7a")
@pytest.mark.parametrize("changes", [CREDIT, WRITE_OFF, REFUND])
def test_each_is_judged_by_one_flow(changes: dict[str, Any]) -> None:
    payment = read(**changes)
    assert push_payments.judged(payment, settings(), a_company()).standing is Standing.NEVER
    assert credit_memos.judged(payment, settings(), a_company()).standing is Standing.POSTED


def test_a_refund_that_failed_is_none() -> None:
    failed = read(**REFUND, status="FAILED")
    assert credit_memos.judged(failed, settings(), a_company()).standing is Standing.NEVER


def test_an_amount_of_nothing_is_a_problem_and_one_below_it_is_not() -> None:
    assert credit_memos.problems(read(**CREDIT | {"amount": "-4.00"})) == []
    assert "Its amount is 0.00" in credit_memos.problems(read(**CREDIT | {"amount": "0"}))[0]


def test_another_total_of_quickbooks_is_told() -> None:
    credit = read(**CREDIT)
    assert credit_memos.to_finish(credit, {"TotalAmt": Decimal("9.63")}, settings()) == []
    [told] = credit_memos.to_finish(credit, {"TotalAmt": Decimal("10.30")}, settings())
    assert "made it 10.30" in told


def test_it_is_named_by_what_it_is() -> None:
    names = [credit_memos.label(read(**one)) for one in (CREDIT, WRITE_OFF, REFUND)]
    assert names == ["credit 901 of 9.63", "write-off 901 of 9.63", "refund 901 of 9.63"]
