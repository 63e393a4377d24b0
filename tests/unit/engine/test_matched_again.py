"""A connection that was closed, its links erased, and made again: what was told before is told."""

from decimal import Decimal

import pytest

from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from tests.builders import CONNECTION, a_payment
from tests.unit.engine.test_matched import looked, match_of, run_all, say
from tests.unit.engine.test_matched_together import visit
from tests.unit.engine.test_matched_voids import an_invoice_there, entered
from tests.unit.engine.two_sides import TwoSides


def marked(sides: TwoSides, entity: str, own: str) -> dict[str, str]:
    """Return the mark of a record as a former connection left it."""
    return {"PrivateNote": str(sides.run().marker(entity, own))}


@pytest.fixture
def sides() -> TwoSides:
    """Have two invoices that were posted, each with its mark."""
    sides = TwoSides()
    entered(sides, visit("1", "100.00"), visit("2", "150.00", "2025/11/20"))
    for own, total, day in (("1", 100, "2025-11-03"), ("2", 150, "2025-11-20")):
        told = {"TotalAmt": Decimal(total), "TxnDate": day, "DocNumber": f"INV-{own}"}
        an_invoice_there(sides, **told, **marked(sides, "invoice", own))
    return sides


def paid_there(sides: TwoSides, *invoices: str) -> str:
    whom = dict(sides.quickbooks.records["Invoice"][0]["CustomerRef"])
    linked = [{"TxnId": one, "TxnType": "Invoice"} for one in invoices]
    return sides.in_quickbooks(
        "Payment",
        CustomerRef=whom,
        TxnDate="2025-11-10",
        TotalAmt=Decimal("32.56"),
        Line=[{"Amount": Decimal("32.56") / len(linked), "LinkedTxn": [one]} for one in linked],
        **marked(sides, "payment", "901"),
    )


def invoice_ids(sides: TwoSides) -> list[str]:
    return [str(one["Id"]) for one in sides.quickbooks.records["Invoice"]]


@pytest.mark.case("F20b")
@pytest.mark.parametrize(("here", "there"), [("12", "1"), ("1", "12"), ("12", "12"), ("1", "1")])
def test_a_payment_that_pays_other_invoices_than_in_quickbooks_is_never_certain(
    sides: TwoSides, here: str, there: str
) -> None:
    parts = [{"invoiceId": own, "amount": Decimal("32.56") / len(here)} for own in here]
    sides.mobiwork.put(a_payment(amount="32.56", invoiceId=None, allocations={"allocation": parts}))
    first, second = invoice_ids(sides)
    own = paid_there(sides, *({"1": first, "2": second}[one] for one in there))
    looked(sides)
    found = match_of(sides, "Payment", "payment", "901")
    same = here == there
    assert (found.grade is Grade.CERTAIN, found.quickbooks_ids) == (same, (own,))
    assert ("invoice" in found.candidates[0].other) is not same


@pytest.mark.case("F20c")
@pytest.mark.parametrize(
    ("day", "total", "asked"),
    [
        ("2025-11-06", 100, True),
        ("2025-11-03", 100, True),
        ("2025-11-10", 100, False),
        ("2025-11-03", 99, False),
    ],
)
def test_what_was_typed_beside_a_posted_invoice_is_shown_with_it(
    sides: TwoSides, day: str, total: int, *, asked: bool
) -> None:
    typed = an_invoice_there(sides, TotalAmt=Decimal(total), TxnDate=day, DocNumber="77")
    looked(sides)
    found, first = match_of(sides, "Invoice", "invoice", "1"), invoice_ids(sides)[0]
    assert found.quickbooks_ids == ((first, typed) if asked else (first,))
    assert (found.grade is Grade.CERTAIN) is not asked
    assert match_of(sides, "Invoice", "invoice", "2").grade is Grade.CERTAIN
    sides.store.matches.decide_certain(CONNECTION, by="ann", at="2999-01-01T00:00:00+00:00")
    assert run_all(sides)["invoice"] == ({"waiting": 1, "linked": 1} if asked else {"linked": 2})
    if asked:
        told = sides.note("push_invoices", "1")[1]
        assert "void or delete that in QuickBooks, for the money is there twice" in told
        say(sides, found, MatchDecision.SAME, first)
        sides.run_id = "r2"
        assert sides.push("invoice") == {"linked": 1}
