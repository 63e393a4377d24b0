"""What may be posted, in any spelling; see docs/what-is-posted.md."""

from string import punctuation, whitespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.payments.kinds import said_kind
from connector.entities.payments.model import Payment
from connector.model.outcomes import Sum
from connector.model.policy.account_values import KINDS as KIND_OF
from connector.model.policy.postable import Standing, asked, money_verdict, verdict
from connector.model.policy.posting_words import (
    BAD,
    CASH,
    EARLY,
    EXPENSE_WORDS,
    INVOICE_WORDS,
    NEVER_CASH,
    NO_CASH,
    PAYMENT_WORDS,
    PURCHASE_ORDER_WORDS,
    QUOTE_WORDS,
    RECEIPT_WORDS,
    SALES_ORDER_WORDS,
    KindWords,
)
from connector.model.policy.settings import Settings
from tests.builders import a_company, a_payment

DEFAULT = Settings()
COMPANY = a_company()
NEVER, NOT_YET, ASK, POST = (
    Standing.NEVER,
    Standing.NOT_YET,
    Standing.UNDECIDED,
    Standing.POSTED,
)


def judged(kind: KindWords, status: str, settings: Settings = DEFAULT) -> Standing:
    return verdict(kind, status, settings).standing


def paid_by(method: str, kind: str = "PAYMENT", settings: Settings = DEFAULT) -> Standing:
    return money_verdict(kind, method, settings, COMPANY).standing


@pytest.mark.case("M2")
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("PAID IN FULL", POST),
        ("Not fully paid", ASK),
        ("Paid in full (void)", NEVER),
        ("Draft", NOT_YET),
        ("Proforma", NOT_YET),
        ("On hold", NOT_YET),
        ("OPEN", NOT_YET),
        ("Void - duplicate", NEVER),
        ("Cancelled by customer", NEVER),
        ("Refunded", NEVER),
        ("Credited", NEVER),
        ("Written off", NEVER),
        ("", ASK),
        ("-", ASK),
        ("Service Completed", ASK),
        ("Checked Out", ASK),
        ("Partially paid", ASK),
        ("Awaiting payment", ASK),
        ("Not paid", ASK),
        ("Customer Invoiced", POST),
        ("customer_invoiced ", POST),
        ("PAID", POST),
        ("PAID?", ASK),
        ("Customer invoiced \uff1f", ASK),
        ("Paid \u274c", ASK),
        ("\U0001f6ab Customer Invoiced", ASK),
        ("P\u0336a\u0336i\u0336d\u0336", ASK),
        ("\u2260 Paid", ASK),
        ("?", ASK),
    ],
)
def test_an_invoice_is_posted_by_its_status(status: str, expected: Standing) -> None:
    assert judged(INVOICE_WORDS, status) is expected


@pytest.mark.case("M2e")
def test_a_symbol_that_was_chosen_is_posted_and_no_other_one() -> None:
    chosen = Settings(invoice_statuses=("Paid \u2714",))
    assert judged(INVOICE_WORDS, "paid\u2714\ufe0f", chosen) is POST
    assert judged(INVOICE_WORDS, "Paid \u274c", chosen) is ASK


@pytest.mark.case("M2d")
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (INVOICE_WORDS, "Partially refunded"),
        (INVOICE_WORDS, "Paid, written off in part"),
        (PAYMENT_WORDS, "PARTIALLY_REFUNDED"),
        (SALES_ORDER_WORDS, "Partially returned"),
        (PURCHASE_ORDER_WORDS, "Partially received / cancelled"),
        (RECEIPT_WORDS, "Partially received / cancelled"),
        (RECEIPT_WORDS, "Received, rest cancelled"),
    ],
)
def test_what_is_bad_in_part_is_asked_about_for_the_rest_counts(
    kind: KindWords, status: str
) -> None:
    assert judged(kind, status) is ASK


@pytest.mark.case("M3")
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("REFUNDED", NEVER),
        ("Non-Sufficient Funds", NEVER),
        ("Account closed", NEVER),
        ("In dispute", NEVER),
        ("CHARGEBACK", NEVER),
        ("Charged back", NEVER),
        ("Disputed", NEVER),
        ("Payment failed", NEVER),
        ("Declined by bank", NEVER),
        ("NSF", NEVER),
        ("Bounced", NEVER),
        ("Reversed", NEVER),
        ("SCHEDULED", NOT_YET),
        ("AUTHORIZED", NOT_YET),
        ("Auth only", NOT_YET),
        ("Post-dated", NOT_YET),
        ("Authorised only", NOT_YET),
        ("Processing", NOT_YET),
        ("Pending", NOT_YET),
        ("Unpaid", NOT_YET),
        ("", ASK),
        ("Bank transfer received", ASK),
        ("CREATED", POST),
        ("Successful", POST),
        ("Success", POST),
        ("Unsuccessful", NEVER),
    ],
)
def test_a_payment_is_posted_by_its_status(status: str, expected: Standing) -> None:
    assert judged(PAYMENT_WORDS, status) is expected


@pytest.mark.case("M4")
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Rejected by Bob", NEVER),
        ("Disapproved", NEVER),
        ("Awaiting manager approval", NOT_YET),
        ("Not yet approved", NOT_YET),
        ("Unapproved", NOT_YET),
        ("Submitted", NOT_YET),
        ("", ASK),
        ("Awaiting reimbursement", ASK),
        ("approved", POST),
    ],
)
def test_an_expense_is_posted_by_its_status(status: str, expected: Standing) -> None:
    assert judged(EXPENSE_WORDS, status) is expected


@pytest.mark.case("M5")
@pytest.mark.parametrize(
    "method",
    [
        "Write-off",
        "WRITE OFF",
        "Store Credit",
        "Refund",
        "Discount",
        "Warranty",
        "gift card",
        "Gift certificate",
        "Credit",
        "Credit memo",
        "Goodwill credit",
        "Voucher",
        "Trade-in",
        "Bad debt",
        "Loyalty points",
    ],
)
def test_a_method_that_brings_no_money_is_asked_about(method: str) -> None:
    for found in (
        money_verdict("PAYMENT", method, DEFAULT, COMPANY),
        money_verdict(method, "", DEFAULT, COMPANY),
    ):
        assert found.standing is ASK
        assert found.question is not None
        assert found.question.setting == "payments_without_money"
        assert '"Payments that are not money received"' in str(found.reason)


@pytest.mark.case("M5e")
@pytest.mark.parametrize(
    "method",
    ["Comp", "W/O", "GiftCert", "Gift", "On account", "House account", "ACH return", "NSF check"],
)
def test_what_brings_no_money_is_asked_about_though_quickbooks_has_such_a_method(
    method: str,
) -> None:
    company = a_company(payment_methods={method: "9"})
    found = money_verdict("PAYMENT", method, DEFAULT, company)
    assert found.standing is ASK
    assert found.question is not None
    assert found.question.setting == "payments_without_money"


@pytest.mark.case("M5f")
@pytest.mark.parametrize("method", ["Visa", "Master Card", "AMEX", "American Express", "Discover"])
def test_a_brand_of_cards_is_a_card(method: str) -> None:
    assert paid_by(method) is POST
    assert paid_by(f"{method} gift card") is ASK


@pytest.mark.case("M5g")
@pytest.mark.parametrize(
    "text", ["Non-refundable deposit", "ACH credit", "Credit transfer", "Line of credit"]
)
def test_words_that_only_look_like_a_refund_or_credit_are_neither(text: str) -> None:
    payment = Payment.model_validate(a_payment(paymentType=text, paymentMethod="").fields)
    assert said_kind(payment) is None
    assert paid_by("", text) is ASK
    assert paid_by("", text, Settings(payment_methods={text: "Check"})) is POST


@pytest.mark.case("M5a")
def test_what_brings_no_money_is_ignored_by_choice() -> None:
    chosen = Settings(payments_without_money={"write-off": "ignore"})
    assert paid_by("Write off", settings=chosen) is NEVER


@pytest.mark.case("M5b")
@pytest.mark.parametrize("method", ["Store Credit", "Write-off", "Refund", "Gift card"])
def test_no_choice_of_a_payment_method_makes_it_money(method: str) -> None:
    assert paid_by(method, settings=Settings(payment_methods={method: "Check"})) is ASK
    assert paid_by(method, settings=Settings(deposit_accounts={method: "Checking"})) is ASK


@pytest.mark.case("M5c")
def test_credit_can_be_chosen_as_the_word_for_credit_cards() -> None:
    assert paid_by("Credit", settings=Settings(payment_methods={"credit": "Visa"})) is POST


@pytest.mark.case("M5d")
@pytest.mark.parametrize(
    ("kind", "method", "expected"),
    [
        ("PAYMENT", "", POST),
        ("PAYMENT", "credit-card", POST),
        ("Auto pay", "Venmo", POST),
        ("Credit Card", "", POST),
        ("", "Cash", POST),
        ("PAYMENT", "Crypto", ASK),
        ("Crypto", "", ASK),
        ("", "", ASK),
        ("REFUND", "Check", ASK),
    ],
)
def test_a_payment_is_money_by_type_and_method(kind: str, method: str, expected: Standing) -> None:
    assert paid_by(method, kind) is expected


def test_a_method_that_the_company_has_or_chose_is_money() -> None:
    crypto = a_company(payment_methods={"Crypto": "9"})
    assert money_verdict("PAYMENT", "ZELLE", DEFAULT, crypto).standing is POST
    assert paid_by("Crypto", settings=Settings(payment_methods={"crypto ": "Check"})) is POST


@pytest.mark.case("M2a")
@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        (QUOTE_WORDS, "Draft", NOT_YET),
        (QUOTE_WORDS, "Declined by owner", NEVER),
        (QUOTE_WORDS, "Lost", NEVER),
        (QUOTE_WORDS, "Awaiting customer approval", ASK),
        (QUOTE_WORDS, "sent", POST),
        (SALES_ORDER_WORDS, "OPEN_SHOPPING_CART", NOT_YET),
        (SALES_ORDER_WORDS, "Cancelled - no stock", NEVER),
        (SALES_ORDER_WORDS, "Counter", ASK),
        (SALES_ORDER_WORDS, "WAITING_FOR_STOCK", POST),
        (SALES_ORDER_WORDS, "Completed", POST),
        (PURCHASE_ORDER_WORDS, "Pending approval", NOT_YET),
        (PURCHASE_ORDER_WORDS, "Rejected by owner", NEVER),
        (PURCHASE_ORDER_WORDS, "Not received", ASK),
        (PURCHASE_ORDER_WORDS, "OPEN", ASK),
        (PURCHASE_ORDER_WORDS, "Sent", POST),
        (RECEIPT_WORDS, "Sent", NOT_YET),
        (RECEIPT_WORDS, "Not received", NOT_YET),
        (RECEIPT_WORDS, "Returned to vendor", NEVER),
        (RECEIPT_WORDS, "Closed", ASK),
        (RECEIPT_WORDS, "partially-received", POST),
    ],
)
def test_other_records_are_posted_by_their_status(
    kind: KindWords, status: str, expected: Standing
) -> None:
    assert judged(kind, status) is expected


def test_what_the_company_chose_is_posted_and_what_it_left_out_is_not_asked_about() -> None:
    chosen = Settings(
        invoice_statuses=("Service completed",), left_out_statuses={"invoice": ("Internal", "none")}
    )
    assert judged(INVOICE_WORDS, "SERVICE COMPLETED", chosen) is POST
    assert judged(INVOICE_WORDS, "Customer Invoiced", chosen) is ASK
    assert judged(INVOICE_WORDS, " internal", chosen) is NOT_YET
    assert judged(INVOICE_WORDS, "", chosen) is NOT_YET
    assert judged(QUOTE_WORDS, "Internal", chosen) is ASK


def test_a_question_names_records_money_and_the_settings_that_decide_it() -> None:
    question = verdict(INVOICE_WORDS, "Counter", DEFAULT).question
    assert question is not None
    told = asked(question, "invoice", Sum().plus(None), Sum())
    assert told.label == '1 invoice with the status "Counter"'
    assert [fix.target for fix in told.fixes] == ["invoice_statuses", "left_out_statuses"]


SPACES = st.text(st.sampled_from(whitespace + punctuation.replace("?", "")), max_size=3)
LETTERS = st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=8)


@st.composite
def spelled(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> tuple[str, str]:
    """Return a text, and the same in other cases with other blanks and punctuation between."""
    text = draw(texts)
    cases = [draw(st.sampled_from([str.upper, str.lower, str.title])) for _ in text]
    parts = [
        draw(SPACES) + change(char)
        for change, char in zip(cases, text, strict=True)
        if char.isalnum()
    ]
    return text, "".join(parts) + draw(SPACES)


KINDS = tuple(KIND_OF.values())
KNOWN = [
    *(text for kind in KINDS for text in (*kind.good, *kind.documented, *kind.early, *kind.bad)),
    *CASH,
    *EARLY,
    *BAD,
    *NO_CASH,
]
TEXTS = st.one_of(
    st.sampled_from(KNOWN), LETTERS, st.tuples(LETTERS, st.sampled_from(KNOWN)).map("".join)
)


@given(kind=st.sampled_from(KINDS), spellings=spelled(TEXTS))
def test_case_blanks_and_punctuation_never_change_the_answer(
    kind: KindWords, spellings: tuple[str, str]
) -> None:
    one, other = spellings
    assert judged(kind, one) is judged(kind, other)
    assert paid_by(one) is paid_by(other)


@given(
    kind=st.sampled_from([kind for kind in KINDS if kind is not SALES_ORDER_WORDS]),
    bad=st.sampled_from((*BAD, *EARLY)),
    before=TEXTS,
    after=TEXTS,
)
def test_no_text_with_a_bad_word_is_ever_posted_by_default(
    kind: KindWords, bad: str, before: str, after: str
) -> None:
    assert judged(kind, f"{before} {bad} {after}") is not POST
    assert judged(SALES_ORDER_WORDS, f"Completed {bad} {after}") is not POST


@given(bad=st.sampled_from(NO_CASH), before=LETTERS, after=LETTERS)
def test_no_payment_by_a_word_that_brings_no_money_is_ever_posted_by_default(
    bad: str, before: str, after: str
) -> None:
    allowed = {"creditcard"}
    if f"{before}{bad}{after}".casefold() not in allowed:
        assert paid_by(f"{before} {bad} {after}") is not POST


@given(kind=st.sampled_from(KINDS), text=LETTERS)
def test_only_the_listed_texts_are_posted_by_default(kind: KindWords, text: str) -> None:
    listed = {"".join(one.lower().split()) for one in (*kind.good, *kind.documented)}
    if judged(kind, text) is POST:
        assert text.casefold() in listed


def test_what_is_never_cash_is_part_of_what_is_no_cash() -> None:
    assert set(NEVER_CASH) <= set(NO_CASH)
