from decimal import Decimal
from typing import Any

import pytest

from connector.entities.payments import push as push_payments
from connector.entities.payments.refused import after_refusal
from connector.errors import NotYetError, RecordError, RejectedError
from connector.model.body import Body, Read
from connector.model.flows import drift
from connector.model.flows.context import Linked
from tests.unit.entities.payments.paying import WHOLE, known, line, read, refused, shared

MARK = "(MobiWork payment 901, ref. c1)"
MARKED = WHOLE | {"PrivateNote": f"MobiWork payment 901 {MARK}"}
OF_ANOTHER = {"PrivateNote": "MobiWork payment 900 (MobiWork payment 900, ref. c1)"}
OFFICE: Body = {
    "Id": "77",
    "TotalAmt": Decimal("9.63"),
    "TxnDate": "2025-11-10",
    "PaymentRefNum": "1044",
    "CustomerRef": {"value": "58"},
}
GONE = RejectedError("It is gone.", code="610")


def invoice(balance: str, total: str = "9.63", customer: str = "58", **more: Any) -> Body:
    return {
        "DocNumber": "INV-5501",
        "Balance": Decimal(balance),
        "TotalAmt": Decimal(total),
        "CustomerRef": {"value": customer},
    } | more


def paid_by(*payments: Body, balance: str = "0", **more: Any) -> tuple[Body, ...]:
    """Return an invoice and the payments that are applied to it."""
    linked = [{"TxnType": "Payment", "TxnId": one["Id"]} for one in payments]
    return invoice(balance, LinkedTxn=linked, **more), *payments


def in_quickbooks(*records: Body, **customer: Any) -> Read:
    """Answer invoices 145, 146 ... in their order, payments by their ids, and the customer."""
    payments = {one["Id"]: one for one in records if "Id" in one}
    invoices = [one for one in records if "Id" not in one]

    def reading(entity: str, record_id: str) -> Body:
        if entity == "Customer":
            return customer
        if entity == "Payment":
            return payments[record_id]
        if int(record_id) - 145 >= len(invoices):
            raise GONE
        return invoices[int(record_id) - 145] | {"Id": record_id}

    return reading


def tried(body: Body, reads: Read, code: str = "6000", **chosen: Any) -> Body:
    """Return the members that another try changes."""
    found = after_refusal(body, refused(code), reads, known(**chosen)) or body
    return {name: value for name, value in found.items() if value != body[name]}


def why(reads: Read, body: Body = MARKED, **chosen: Any) -> RecordError:
    with pytest.raises(RecordError) as raised:
        after_refusal(body, refused(), reads, known(**chosen))
    return raised.value


@pytest.mark.case("M6")
def test_the_same_money_that_the_office_typed_in_is_offered_to_be_linked() -> None:
    found = why(in_quickbooks(*paid_by(OFFICE)))
    assert str(found).startswith(
        "QuickBooks has it already: Payment 77 of 9.63 on 2025-11-10, reference 1044, is applied "
        "to invoice INV-5501 there. Link it to that one"
    )
    assert (found.fixes[0].action, found.fixes[0].target) == ("link", "77")


@pytest.mark.case("M6")
@pytest.mark.parametrize(
    "changes",
    [
        {"TxnDate": "2025-11-14"},
        {"TxnDate": "2025-11-06"},
        {"PaymentRefNum": "Check #001044"},
        {"PaymentRefNum": ""},
    ],
)
def test_the_same_money_is_known_by_amount_day_and_reference(changes: dict[str, str]) -> None:
    assert "has it already" in str(why(in_quickbooks(*paid_by(OFFICE | changes))))


@pytest.mark.case("M6a")
@pytest.mark.parametrize(
    "changes",
    [
        {"TxnDate": "2025-11-16"},
        {"PaymentRefNum": "1045"},
        {"TotalAmt": Decimal("9.62")},
        OF_ANOTHER,
    ],
)
def test_other_money_on_the_invoice_is_told_with_both_figures(changes: dict[str, Any]) -> None:
    told = str(why(in_quickbooks(*paid_by(OFFICE | changes))))
    assert "owes 0.00 in QuickBooks of 9.63, and 9.63 of this payment of 9.63 is for it" in told
    assert "Paid there: Payment 77 of" in told


@pytest.mark.case("M6b")
def test_a_payment_of_our_own_mark_is_the_one() -> None:
    ours = OFFICE | {"PrivateNote": MARKED["PrivateNote"]}
    assert after_refusal(MARKED, refused(), in_quickbooks(*paid_by(ours)), known()) == ours


@pytest.mark.case("M6a")
def test_an_invoice_that_is_paid_by_a_credit_only_says_that_no_payment_is_there() -> None:
    assert "No payment is applied to it there." in str(why(in_quickbooks(invoice("5.00"))))


OURS = OFFICE | OF_ANOTHER


@pytest.mark.case("M6c")
def test_what_was_overpaid_by_payments_of_mobiwork_is_a_credit_where_those_are_posted() -> None:
    reads = in_quickbooks(*paid_by(OURS, balance="2.63"))
    assert tried(MARKED, reads, payments_on_account=True) == {"Line": [line("145", "2.63")]}


@pytest.mark.case("M6c")
@pytest.mark.parametrize(
    ("reads", "chosen"),
    [
        (in_quickbooks(*paid_by(OURS)), {}),
        (
            in_quickbooks(*paid_by(OURS, OFFICE | {"Id": "78", "TotalAmt": 1})),
            {"payments_on_account": True},
        ),
        (in_quickbooks(invoice("0")), {"payments_on_account": True}),
    ],
)
def test_no_other_credit_is_made(reads: Read, chosen: dict[str, Any]) -> None:
    assert "a credit that MobiWork does not show" in str(why(reads, **chosen))


@pytest.mark.case("M6c")
def test_a_lower_total_in_quickbooks_is_no_overpayment() -> None:
    total = {
        ("invoice", "5501"): Linked("145", "0", "", {}, Decimal("9.60"), facts={"amount": "9.63"})
    }
    reads = in_quickbooks(*paid_by(OURS, balance="9.60", total="9.60"))
    with pytest.raises(RecordError, match=r"owes 9\.60 in QuickBooks of 9\.60"):
        after_refusal(MARKED, refused(), reads, known(total, payments_on_account=True))


@pytest.mark.case("M6d")
def test_a_moved_invoice_is_paid_under_its_customer() -> None:
    assert tried(WHOLE, in_quickbooks(invoice("9.63", customer="59"))) == {
        "CustomerRef": {"value": "59"}
    }


@pytest.mark.case("R12")
@pytest.mark.parametrize("code", ["610", "2500"])
def test_a_payment_of_a_merged_customer_follows_the_invoice_to_the_survivor(code: str) -> None:
    reads = in_quickbooks(invoice("9.63", customer="59"))
    assert tried(WHOLE, reads, code) == {"CustomerRef": {"value": "59"}}


@pytest.mark.case("M6d")
def test_after_a_refusal_the_parent_pays_where_it_gets_the_bills() -> None:
    reads = in_quickbooks(invoice("9.63"), BillWithParent=True, ParentRef={"value": "50"})
    assert tried(WHOLE, reads) == {"CustomerRef": {"value": "50"}}


@pytest.mark.case("M35a")
def test_one_check_for_invoices_of_a_parent_and_its_site_is_told_with_whose_each_is() -> None:
    site = invoice("20.00", "20", "59", DocNumber="INV-5502")
    site["CustomerRef"] = {"value": "59", "name": "Parent:Site"}
    body = WHOLE | {"Line": [line("145", "9.63"), line("146", "20.00")]}
    told = why(in_quickbooks(invoice("9.63"), site), body)
    assert (
        "9.63 for invoice INV-5501 of customer 58, 20.00 for invoice INV-5502 of Parent:Site"
        in (str(told))
    )
    assert "Split it in MobiWork into one payment for each" in str(told)


@pytest.mark.case("M35a")
def test_a_parent_who_gets_the_bills_of_its_sites_is_not_told_so() -> None:
    site = invoice("20.00", "20", "59")

    def reads(entity: str, own: str) -> Body:
        if entity == "Customer":
            return {"59": {"BillWithParent": True, "ParentRef": {"value": "58"}}}.get(own, {})
        return dict(in_quickbooks(invoice("9.63"), site)(entity, own))

    body = WHOLE | {"Line": [line("145", "9.63"), line("146", "20.00")]}
    assert after_refusal(body, refused(), reads, known()) is None


@pytest.mark.case("M24")
@pytest.mark.parametrize(
    "reads",
    [in_quickbooks(invoice("0", "0", PrivateNote="Voided - typed twice")), in_quickbooks()],
    ids=["voided", "deleted"],
)
def test_a_payment_of_an_invoice_that_is_gone_waits_and_says_what_to_do(reads: Read) -> None:
    with pytest.raises(NotYetError, match=r"Enter the invoice again in MobiWork"):
        after_refusal(WHOLE, refused(), reads, known())


@pytest.mark.case("M24")
def test_an_invoice_that_is_known_to_be_gone_is_not_paid_at_all() -> None:
    gone = Linked("145", "0", "", {"DocNumber": "INV-5501"}, Decimal("9.63"), gone="It was voided.")
    with pytest.raises(
        NotYetError, match="Its invoice INV-5501 was voided or deleted in QuickBooks"
    ):
        push_payments.to_qbo(read(), known({("invoice", "5501"): gone}))


def test_each_invoice_that_owes_less_is_told() -> None:
    body = WHOLE | {"Line": [line("145", "9.63"), line("146", "20.00"), line("147", "1.00")]}
    told = str(why(in_quickbooks(invoice("0"), invoice("19.99", "20"), invoice("50")), body))
    assert (told.count("Invoice INV-5501"), "owes 19.99" in told) == (2, True)


@pytest.mark.case("M6e")
def test_an_invoice_that_quickbooks_made_cheaper_is_not_paid_with_a_credit() -> None:
    cheaper = Linked(
        "145", "0", "", {"CustomerRef": {"value": "58"}}, Decimal("9.60"), facts={"amount": "9.63"}
    )
    body = push_payments.to_qbo(read(), known({("invoice", "5501"): cheaper}))
    assert body["Line"] == [line("145", "9.63")]


@pytest.mark.case("M1f")
def test_an_invoice_that_mobiwork_made_dearer_is_not_paid_with_a_credit() -> None:
    changed = Linked(
        "145",
        "0",
        "",
        {"CustomerRef": {"value": "58"}},
        Decimal("9.63"),
        facts={"amount": "9.63"},
        drift=drift.told("amount", "9.63", "1,019.26"),
    )
    known_now = known({("invoice", "5501"): changed}, payments_on_account=True)
    body = push_payments.to_qbo(read(amount="1019.26"), known_now)
    assert body["Line"] == [line("145", "1019.26")]
    reads = in_quickbooks(*paid_by(OURS, balance="2.63"))
    with pytest.raises(RecordError, match="a credit that MobiWork does not show"):
        after_refusal(body, refused(), reads, known_now)


def test_a_refusal_for_another_reason_stands() -> None:
    assert after_refusal(WHOLE, refused("6200"), in_quickbooks(invoice("1.00")), known()) is None
    assert after_refusal(WHOLE, refused(), in_quickbooks(invoice("9.63")), known()) is None


def test_an_invoice_that_cannot_be_read_is_not_taken_as_gone() -> None:
    def reading(entity: str, record_id: str) -> Body:
        raise RejectedError(f"{entity} {record_id}", code="5020")

    with pytest.raises(RejectedError, match="Invoice 145"):
        after_refusal(WHOLE, refused(), reading, known())


def test_several_invoices_of_one_customer_stay_together() -> None:
    told = read(amount="29.63", **shared(("5501", "9.63"), ("5502", "20.00")))
    body = push_payments.to_qbo(told, known())
    moved = in_quickbooks(invoice("9.63", customer="59"), invoice("20", "20", customer="60"))
    assert "Split it in MobiWork" in str(why(moved, body))
