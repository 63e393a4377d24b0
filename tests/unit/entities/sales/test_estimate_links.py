from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from connector.entities.sales.estimate_links import without_estimate
from connector.errors import RecordError, RejectedError
from connector.model.body import Body
from tests.builders import a_customer, a_product, an_invoice, nothing_known
from tests.unit.engine.world import World
from tests.unit.entities.sales.selling import a_quote

ALONE: Body = {
    "CustomerRef": {"value": "58"},
    "DocNumber": "SO-1",
    "PrivateNote": "MobiWork invoice SO-1 (MobiWork invoice 5501, ref. c1)",
}
LINKED = ALONE | {"LinkedTxn": [{"TxnId": "31", "TxnType": "Estimate"}]}
OPEN: Body = {"TxnStatus": "Accepted", "CustomerRef": {"value": "58"}}
MADE = {"TxnStatus": "Closed", "LinkedTxn": [{"TxnId": "90", "TxnType": "Invoice"}]}


def refusal(code: str) -> RejectedError:
    return RejectedError("QuickBooks refused it.", code=code)


def amended(body: Body, code: str, estimate: Body | None, note: str = "") -> Body | None:
    def reading(entity: str, record_id: str) -> Mapping[str, Any]:
        if entity == "Invoice":
            return {"Id": record_id, "PrivateNote": note}
        assert (entity, record_id) == ("Estimate", "31")
        if estimate is None:
            raise refusal("610")
        return estimate

    return without_estimate(body, refusal(code), reading, nothing_known())


@pytest.mark.parametrize(
    "estimate",
    [
        None,
        {"TxnStatus": "Rejected"},
        {"TxnStatus": "Closed"},
        OPEN | {"CustomerRef": {"value": "60"}},
    ],
)
def test_the_invoice_goes_alone_when_its_estimate_cannot_be_linked(estimate: Body | None) -> None:
    assert amended(LINKED, "620", estimate) == ALONE


def test_a_second_invoice_of_the_same_quote_goes_alone() -> None:
    assert amended(LINKED, "620", MADE, "Phase 1 (MobiWork invoice 5500, ref. c1)") == ALONE
    assert amended(LINKED, "620", MADE, "Phase 1 [MobiWork invoice 5500 c1]") == ALONE


@pytest.mark.parametrize(
    "note",
    [
        "",
        "Converted by Pat",
        "(MobiWork sales order 61001, ref. c1)",
        "(MobiWork invoice 5501, ref. c1)",
        "[MobiWork invoice 5501 c1]",
    ],
)
def test_an_estimate_that_is_this_invoice_or_one_made_by_hand_is_not_invoiced_again(
    note: str,
) -> None:
    with pytest.raises(RecordError) as refused:
        amended(LINKED, "620", MADE, note)
    assert str(refused.value) == (
        "Its estimate is invoice 90 in QuickBooks already, and a second one would count twice. "
        "Leave this record out, or delete that invoice in QuickBooks and try again."
    )


def test_an_open_estimate_stays_linked() -> None:
    assert amended(LINKED, "620", OPEN) is None


@pytest.mark.parametrize(("body", "code"), [(LINKED, "6000"), (ALONE, "610")])
def test_other_refusals_stand(body: Body, code: str) -> None:
    assert amended(body, code, None) is None


def test_an_unreadable_estimate_is_not_taken_as_gone() -> None:
    def reading(entity: str, record_id: str) -> Mapping[str, Any]:
        raise RejectedError(f"{entity} {record_id}", code="5020")

    with pytest.raises(RejectedError, match="Estimate 31"):
        without_estimate(LINKED, refusal("620"), reading, nothing_known())


@pytest.fixture
def world() -> World:
    """Have a quote in QuickBooks and the invoice that was made from it in MobiWork."""
    world = World()
    made = an_invoice(mobiworkEstimateId="41001")
    world.find(a_customer(), a_product(), a_quote(), made)
    world.push("customer", "product", "estimate")
    return world


def refuse_links(entity: str, body: Body) -> None:
    """Refuse an invoice that names an estimate, as QuickBooks does when it is closed."""
    if entity == "Invoice" and "LinkedTxn" in body:
        raise refusal("620")


def test_an_invoice_closes_the_estimate_of_its_quote(world: World) -> None:
    world.push("invoice")
    (estimate,), (invoice,) = (
        world.quickbooks.records["Estimate"],
        world.quickbooks.records["Invoice"],
    )
    assert invoice["LinkedTxn"] == [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]
    assert "no estimate" not in world.note("invoice", "5501")[1]


def test_an_invoice_is_posted_alone_and_says_so_where_its_estimate_is_closed(world: World) -> None:
    world.quickbooks.edit("Estimate", str(world.link("estimate", "41001")), TxnStatus="Closed")
    world.quickbooks.before = refuse_links
    assert world.push("invoice") == {"invoice": {"created": 1}}
    assert "LinkedTxn" not in world.quickbooks.records["Invoice"][0]
    assert world.note("invoice", "5501")[1] == (
        "It is linked to no estimate of its quote 41001 in QuickBooks: none was there, or it was "
        "closed, deleted or invoiced before."
    )


def test_that_an_invoice_went_alone_is_no_drift(world: World) -> None:
    world.quickbooks.edit("Estimate", str(world.link("estimate", "41001")), TxnStatus="Closed")
    world.quickbooks.before = refuse_links
    world.push("invoice")
    world.run_id = "r2"
    late = an_invoice(mobiworkEstimateId="41001", dueDate="2025/12/24")
    world.find(a_customer(), a_product(), a_quote(), late)
    world.push("invoice")
    told = world.note("invoice", "5501")[1]
    assert "The due date was 2025-12-02 and is 2025-12-24 now." in told
    assert "linked document" not in told


def test_an_invoice_of_a_quote_that_is_not_there_does_not_wait() -> None:
    world = World()
    world.find(a_customer(), a_product(), an_invoice(quoteId="41001"))
    world.push("customer", "product")
    assert world.push("invoice") == {"invoice": {"created": 1}}
    assert world.quickbooks.records["Invoice"][0]["TotalAmt"] == Decimal("9.63")
