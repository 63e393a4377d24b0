from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from simulators.mobiwork import people, sample
from simulators.mobiwork.account import Account
from simulators.mobiwork.billing import amount, lines
from simulators.mobiwork.model import Record

CENTS = st.integers(1, 100_000).map(lambda number: Decimal(number) / 100)
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

    def paid(self, invoice: Record) -> Decimal:
        payments = self.account.store.where(
            "payment", "invoiceId", str(invoice["mobiworkInvoiceId"])
        )
        return sum((amount(one["amount"]) for one in payments), Decimal(0))

    @invariant()
    def balances_are_totals_less_payments(self) -> None:
        for invoice in self.account.store.records["invoice"].values():
            assert amount(invoice["balance"]) == amount(invoice["total"]) - self.paid(invoice)

    @invariant()
    def invoices_add_up(self) -> None:
        for invoice in self.account.store.records["invoice"].values():
            rows = sum((amount(row["total"]) for row in lines(invoice)), Decimal(0))
            assert rows == amount(invoice["subTotal"])
            assert rows + amount(invoice["taxAmount"]) == amount(invoice["total"])


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
