"""What MobiWork says is owed on invoices, beside what its payments explain."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.changes.lists import owed
from connector.changes.lists.look import LISTS
from connector.changes.mobiwork import find_changes
from connector.engine.stores import Store
from connector.entities.registry import PUSHES
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.pending import PendingItem
from tests.builders import CONNECTION, a_link, a_payment, an_invoice, settings
from tests.fake_mobiwork import FakeMobiWorkAccount
from tests.memory.store import in_memory

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)
FLOW = "push_invoices"
OWN = "owed-5501"


@dataclass
class Account:
    """An account whose invoices are posted; `look` reads its lists."""

    mobiwork: FakeMobiWorkAccount = field(default_factory=FakeMobiWorkAccount)
    store: Store = field(default_factory=in_memory)

    def __post_init__(self) -> None:
        self.choose()

    def choose(self, **chosen: Any) -> None:
        self.store.settings.save_settings(
            CONNECTION, settings(**chosen), saved_at="", saved_by="test"
        )

    def invoice(self, own: str = "5501", *, posted: bool = True, **said: Any) -> None:
        """Have an invoice of 9.63, by default one that is posted and shown as paid."""
        self.mobiwork.put(an_invoice(own, **({"status": "Paid", "balance": "0.0"} | said)))
        if posted:
            base = {"DocNumber": f"INV-{own}"}
            link = a_link(RecordKey("invoice", own), target="Invoice", quickbooks_id=own, base=base)
            told = RecordOutcome(
                run_id="r1", flow=FLOW, record_id=own, outcome=Outcome.CREATED, label=""
            )
            self.store.links.save(CONNECTION, link, told)

    def payment(self, own: str = "901", **said: Any) -> None:
        self.mobiwork.put(a_payment(own, **said))

    def look(self, *hours: float) -> dict[str, PendingItem]:
        """Look at the lists, hour by hour; return what the worklist says of balances."""
        for one in hours:
            now = NOON + timedelta(hours=one)
            find_changes(CONNECTION, self.mobiwork, self.store, now=now)
        items = self.store.pending.read_all(CONNECTION, FLOW)
        return {one.record_id: one for one in items if one.record_id.startswith("owed-")}

    def pending(self) -> set[str]:
        return {
            one.record_id
            for flow in PUSHES
            for one in self.store.pending.read_all(CONNECTION, flow.name)
        }


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.mark.case("M34a")
def test_an_invoice_shown_as_paid_without_a_payment_is_an_entry_with_both_figures(
    account: Account,
) -> None:
    account.invoice(total="250.00")
    account.payment(amount="100.00")
    [(own, entry)] = account.look(0, 24).items()
    assert own == OWN
    assert entry.label == "invoice INV-5501"
    assert (
        "MobiWork shows 0.00 owed on invoice INV-5501, but its payments, credits and refunds "
        "there explain 100.00 of 250.00. With all of them posted QuickBooks shows 150.00 more "
        "owed than MobiWork"
    ) in str(entry.reason)


@pytest.mark.case("M34a")
def test_a_payment_may_arrive_a_day_later(account: Account) -> None:
    account.invoice()
    assert account.look(0, 12) == {}
    account.payment()
    assert account.look(13, 24, 48) == {}


@pytest.mark.case("M34a")
def test_the_entry_ends_by_itself(account: Account) -> None:
    account.invoice()
    assert [*account.look(0, 24)] == [OWN]
    account.payment()
    assert account.look(25) == {}


@pytest.mark.case("M34a")
def test_it_ends_where_the_invoice_is_deleted(account: Account) -> None:
    account.invoice()
    assert [*account.look(0, 24)] == [OWN]
    account.mobiwork.delete("invoice", "5501")
    assert account.look(25) == {}


@pytest.mark.case("M34a")
def test_what_a_person_has_seen_to_is_told_again_only_with_other_figures(account: Account) -> None:
    account.invoice()
    account.store.pending.close(account.look(0, 24)[OWN])
    assert account.look(48, 72) == {}
    account.payment(amount="5.00")
    [entry] = account.look(73).values()
    assert "explain 5.00 of 9.63" in str(entry.reason)


EXPLAINED: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "nothing is paid": ({"status": "Customer Invoiced", "balance": "9.63"}, []),
    "it says nothing": ({"balance": ""}, []),
    "it says what is no number": ({"balance": "n/a"}, []),
    "all is paid": ({}, [{}]),
    "all is paid, but for what is lost in a binary fraction": (
        {"balance": "-7.105427357601002E-15"},
        [{}],
    ),
    "less than a cent": ({"balance": "0.005"}, [{}]),
    "a credit": ({}, [{"paymentType": "CREDIT"}]),
    "a part was written off": (
        {},
        [{"amount": "9.00"}, {"paymentType": "WRITE_OFF", "amount": ".63"}],
    ),
    "paid and given back": (
        {"balance": "9.63", "status": "Customer Invoiced"},
        [{}, {"paymentType": "REFUND"}],
    ),
    "given back below zero": ({"balance": "2.0"}, [{}, {"amount": "-2.00"}]),
    "paid beyond it": ({"balance": "-0.37"}, [{"amount": "10.00"}]),
    "paid beyond it, and shown as paid": ({"balance": "0.0"}, [{"amount": "10.00"}]),
    "a payment for several": (
        {},
        [
            {
                "invoiceId": "null",
                "amount": "20.00",
                "invoicePayments": {
                    "invoicePayment": [
                        {"invoiceId": "5501", "amount": "9.63"},
                        {"invoiceId": "5502", "amount": "10.37"},
                    ]
                },
            }
        ],
    ),
    "a payment whose status nobody knows": ({"balance": "4.00"}, [{"status": "Half of it"}]),
    "a payment that is not received yet": ({}, [{"status": "Pending"}]),
    "a draft": ({"status": "Draft"}, []),
    "void": ({"status": "Void"}, []),
}


@pytest.mark.case("M34a")
@pytest.mark.parametrize("case", EXPLAINED)
def test_what_payments_explain_is_no_entry(account: Account, case: str) -> None:
    said, payments = EXPLAINED[case]
    account.invoice(**said)
    for number, one in enumerate(payments):
        account.payment(str(901 + number), **one)
    assert account.look(0, 24, 48) == {}


@pytest.mark.case("M34a")
@pytest.mark.parametrize("status", ["Bounced", "REFUNDED"])
def test_a_payment_that_brought_no_money_explains_nothing(account: Account, status: str) -> None:
    account.invoice()
    account.payment(status=status)
    [entry] = account.look(0, 24).values()
    assert "explain 0.00 of 9.63" in str(entry.reason)


@pytest.mark.case("M34a")
def test_more_that_is_owed_than_payments_leave_is_an_entry_too(account: Account) -> None:
    account.invoice(balance="3.0")
    account.payment()
    [entry] = account.look(0, 24).values()
    assert "QuickBooks shows 3.00 less owed than MobiWork" in str(entry.reason)


@pytest.mark.case("M34a")
def test_what_is_not_in_quickbooks_is_not_told(account: Account) -> None:
    account.invoice(posted=False)
    assert account.look(0, 24, 48) == {}


@pytest.mark.case("M34c")
def test_where_many_differ_that_is_asked_once(account: Account) -> None:
    for number in range(owed.MANY):
        account.invoice(str(5501 + number), balance="77.0")
    [(own, entry)] = account.look(0, 24).items()
    assert own == "owed-owed"
    assert f"The MobiWork balance of {owed.MANY} invoices does not match" in str(entry.reason)
    assert entry.cause == "setting|invoice_balances"


@pytest.mark.case("M34c")
@pytest.mark.parametrize(("chosen", "count"), [("tell each", owed.MANY), ("do not compare", 0)])
def test_the_answer_to_that_holds_from_the_next_look_on(
    account: Account, chosen: str, count: int
) -> None:
    for number in range(owed.MANY):
        account.invoice(str(5501 + number), balance="77.0")
    account.look(0, 24)
    account.choose(invoice_balances=chosen)
    found = account.look(25)
    assert (len(found), "owed-owed" in found) == (count, False)


@pytest.mark.case("M34c")
def test_another_balance_is_no_change_of_the_invoice(account: Account) -> None:
    account.invoice(balance="9.63")
    account.look(0)
    for item in [*account.store.pending.read_all(CONNECTION, FLOW)]:
        account.store.pending.close(item)
    account.invoice(balance="4.00")
    account.look(1)
    assert account.pending() == set()


def test_a_list_that_was_not_read_to_its_end_says_nothing(account: Account) -> None:
    account.invoice()
    account.mobiwork.off = frozenset({"payment.list"})
    assert account.look(0, 24, 48) == {}


def test_nothing_is_kept_of_what_agrees(account: Account) -> None:
    account.invoice()
    account.payment()
    account.look(0)
    known = account.store.fingerprints.read(CONNECTION, LISTS)
    assert owed.Balances.of(known).differ == {}


@pytest.mark.case("R17c")
@pytest.mark.parametrize("said", ["1E+40", "1E+28", "99999999999999999999999999999", "9E999"])
@pytest.mark.parametrize("member", ["balance", "amount", "total"])
def test_a_figure_that_no_books_have_room_for_ends_no_comparison(
    account: Account, member: str, said: str
) -> None:
    odd: dict[str, Any] = {member: said}
    account.invoice(**(odd if member != "amount" else {}))
    account.payment(**(odd if member == "amount" else {}))
    account.invoice("5502")
    assert "owed-5502" in account.look(0, 24)


@pytest.mark.case("R17c")
@pytest.mark.parametrize("own", ["A,B", "A=B", "A+B", "1=2,3", "a,1+x", "a b%2C"])
def test_an_id_with_signs_in_it_ends_no_comparison(account: Account, own: str) -> None:
    account.invoice("5502")
    account.payment("901", invoiceId=own)
    assert "owed-5502" in account.look(0, 24)
