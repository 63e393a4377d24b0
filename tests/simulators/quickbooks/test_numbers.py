"""Numbers of documents (sections 7.4 and 11)."""

import pytest

from tests.simulators.quickbooks.conftest import Simulator
from tests.simulators.quickbooks.test_faults import an_invoice


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    qbo.create("Customer", DisplayName="Harbor Cafe")
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    return qbo


def numbered(shop: Simulator, *sent: str) -> list[str]:
    """Return the numbers of invoices; what is sent as nothing is numbered by QuickBooks."""
    bodies = [an_invoice(**({"DocNumber": number} if number else {})) for number in sent]
    return [shop.create("Invoice", **body)["DocNumber"] for body in bodies]


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("INV-0099", "INV-0100"),
        ("INV-0999", "INV-1000"),
        ("INV-9999", "INV-10000"),
        ("2026/007", "2026/008"),
        ("WO-20931", "WO-20932"),
        ("no digits", "1001"),
        ("12-B", "1001"),
        ("9" * 21, "1001"),
    ],
)
def test_an_automatic_number_keeps_prefix_and_zeros_of_the_last(
    shop: Simulator, last: str, following: str
) -> None:
    assert numbered(shop, last, "") == [last, following]


def test_the_sales_forms_share_their_numbers_and_estimates_have_their_own(shop: Simulator) -> None:
    numbered(shop, "INV-0099")
    receipt = shop.create("SalesReceipt", **an_invoice())
    estimate = shop.create("Estimate", **an_invoice())
    assert (receipt["DocNumber"], estimate["DocNumber"]) == ("INV-0100", "1001")


def test_a_number_that_a_person_corrects_is_counted_on_from(shop: Simulator) -> None:
    key = shop.create("Invoice", **an_invoice())["Id"]
    edit = {"entity": "Invoice", "id": key, "body": {"DocNumber": "A-05"}}
    shop.sim("person/edit", edit)
    assert numbered(shop, "") == ["A-06"]


def test_a_refused_document_uses_no_number_up(shop: Simulator) -> None:
    shop.switch(warn_duplicate_numbers=True)
    numbered(shop, "A-1", "B-1")
    shop.post("invoice", an_invoice(DocNumber="A-1"))
    assert numbered(shop, "") == ["B-2"]


def test_a_full_update_without_the_number_clears_it(shop: Simulator) -> None:
    invoice = shop.create("Invoice", **an_invoice())
    head = {"Id": invoice["Id"], "SyncToken": "0"}
    after = shop.post("invoice", an_invoice(PrivateNote="full") | head).json()["Invoice"]
    assert "DocNumber" not in after
