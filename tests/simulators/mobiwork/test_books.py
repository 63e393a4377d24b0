from contextlib import suppress
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from simulators.mobiwork import people, sample
from simulators.mobiwork.account import Account
from simulators.mobiwork.billing import amount, lines
from simulators.mobiwork.model import Record
from simulators.mobiwork.person import act
from simulators.mobiwork.person.money import WAYS_TO_SHOW_A_REFUND
from simulators.mobiwork.settling import PAYMENT_TYPES

CENTS = st.integers(1, 100_000).map(lambda number: Decimal(number) / 100)
ADJUSTED = ("discountAmount", "discountPercent", "markupAmount", "markupPercent")
QUARTERS = st.integers(0, 40).map(lambda number: Decimal(number) / 4)


class Office(RuleBasedStateMachine):
    """People add, change and delete invoices and payments in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.account = Account()
        sample.fill(self.account.store, seed=2, size=0.1)

    def some(self, entity: str, number: int) -> str | None:
        kept = list(self.account.store.records[entity])
        return kept[number % len(kept)] if kept else None

    @rule(number=st.integers(0), paid=CENTS)
    def add_a_payment(self, number: int, paid: Decimal) -> None:
        if invoice := self.some("invoice", number):
            people.add(self.account, "payment", {"invoiceId": invoice, "amount": str(paid)})

    @rule(number=st.integers(0), paid=CENTS)
    def change_a_payment(self, number: int, paid: Decimal) -> None:
        if payment := self.some("payment", number):
            people.edit(self.account, "payment", payment, {"amount": str(paid)})

    @rule(number=st.integers(0), other=st.integers(0))
    def move_a_payment(self, number: int, other: int) -> None:
        payment, invoice = self.some("payment", number), self.some("invoice", other)
        if payment and invoice:
            people.edit(self.account, "payment", payment, {"invoiceId": invoice})

    @rule(number=st.integers(0))
    def delete_a_payment(self, number: int) -> None:
        if payment := self.some("payment", number):
            people.delete(self.account, "payment", payment)

    @rule(number=st.integers(0), rows=st.lists(st.tuples(QUARTERS, CENTS, st.booleans())))
    def change_lines(self, number: int, rows: list[tuple[Decimal, Decimal, bool]]) -> None:
        if invoice := self.some("invoice", number):
            items = [
                {"quantity": str(quantity), "price": str(price), "taxable": taxable}
                for quantity, price, taxable in rows
            ]
            people.edit(self.account, "invoice", invoice, {"lineItems": items})

    @rule(number=st.integers(0), status=st.sampled_from(["CREATED", "FAILED"]))
    def fail_a_payment(self, number: int, status: str) -> None:
        if payment := self.some("payment", number):
            people.edit(self.account, "payment", payment, {"status": status})

    @rule(number=st.integers(0), kind=st.sampled_from(PAYMENT_TYPES))
    def change_the_type_of_a_payment(self, number: int, kind: str) -> None:
        if payment := self.some("payment", number):
            people.edit(self.account, "payment", payment, {"paymentType": kind})

    @rule(number=st.integers(0), others=st.lists(st.tuples(st.integers(0), CENTS), max_size=3))
    def spread_a_payment(self, number: int, others: list[tuple[int, Decimal]]) -> None:
        if payment := self.some("payment", number):
            parts = [
                {"invoiceId": self.some("invoice", other), "amount": str(part)}
                for other, part in others
            ]
            people.edit(self.account, "payment", payment, {"invoicePayments": parts})

    @rule(number=st.integers(0), status=st.sampled_from(["OPEN", "VOID"]))
    def void_an_invoice(self, number: int, status: str) -> None:
        if invoice := self.some("invoice", number):
            people.edit(self.account, "invoice", invoice, {"status": status})

    @rule(number=st.integers(0), name=st.sampled_from(ADJUSTED), percent=st.integers(0, 100))
    def adjust_an_invoice(self, number: int, name: str, percent: int) -> None:
        if invoice := self.some("invoice", number):
            people.edit(self.account, "invoice", invoice, {name: str(percent)})

    @rule(number=st.integers(0), given_back=CENTS, way=st.sampled_from(WAYS_TO_SHOW_A_REFUND))
    def refund_a_payment(self, number: int, given_back: Decimal, way: str) -> None:
        if payment := self.some("payment", number):
            wanted = {"amount": str(given_back), "shown_as": way}
            with suppress(ValueError):  # so much is not left of it
                act(self.account, "refund_payment", {"id": payment, **wanted})

    @rule(number=st.integers(0), other=st.integers(0))
    def remove_and_apply_a_payment(self, number: int, other: int) -> None:
        payment, invoice = self.some("payment", number), self.some("invoice", other)
        with suppress(ValueError):  # it pays no invoice, or it is below zero
            act(self.account, "remove_payment", {"id": payment})
            act(self.account, "apply_payment", {"id": payment, "invoiceId": invoice})

    def paid(self, invoice: Record) -> Decimal:
        number, result = invoice["mobiworkInvoiceId"], Decimal(0)
        for payment in self.account.store.records["payment"].values():
            parts = payment.get("invoicePayments") or [payment]
            counts = {"FAILED": 0, "REFUNDED": 0}.get(str(payment["status"]), 1)
            counts *= {"REFUND": -1}.get(str(payment["paymentType"]), 1)
            shares = [one for one in parts if isinstance(one, dict)] if parts else []
            own = [amount(one["amount"]) for one in shares if one["invoiceId"] == number]
            given_back = amount(payment.get("refundedAmount")) if own else 0
            result += counts * (sum(own) - given_back)
        return result

    @invariant()
    def balances_are_totals_less_payments(self) -> None:
        for invoice in self.account.store.records["invoice"].values():
            left = amount(invoice["total"]) - self.paid(invoice)
            assert amount(invoice["balance"]) == (0 if invoice["status"] == "VOID" else left)

    @invariant()
    def invoices_add_up(self) -> None:
        for invoice in self.account.store.records["invoice"].values():
            rows = sum((amount(row["total"]) for row in lines(invoice)), Decimal(0))
            assert rows == amount(invoice["subTotal"])
            if not any(amount(invoice[name]) for name in ADJUSTED):
                assert rows + amount(invoice["taxAmount"]) == amount(invoice["total"])


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
