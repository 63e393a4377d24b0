from typing import Any

import pytest

from connector.entities.sales import invoices
from connector.entities.sales.invoices import Invoice
from connector.model.policy.requirements import needs
from tests.builders import a_company, settings
from tests.unit.entities.sales.selling import known, read

OWN: dict[str, Any] = {"sales_numbers": "QuickBooks' own number"}
LONG = "INVOICE-2025-000123456"


def number(company: dict[str, Any] | None = None, **chosen: Any) -> str | None:
    told = str(chosen.pop("number", "INV-7"))
    context = known(settings=chosen, company=company or {})
    found = invoices.to_qbo(read(Invoice, invoiceNumber=told), context).get("DocNumber")
    return None if found is None else str(found)


def test_documents_bear_the_number_of_mobiwork_with_the_prefix_that_was_chosen() -> None:
    assert number() == "INV-7"
    assert number(sales_number_prefix="MW-") == "MW-INV-7"
    cut = number(sales_number_prefix="MW-", number=LONG) or ""
    assert (len(cut), cut[:12]) == (21, "MW-INVOICE-2")


def test_quickbooks_gives_its_own_numbers_where_it_does_or_that_was_chosen() -> None:
    assert number(company={"custom_numbers": False}) is None
    assert number(**OWN) is None


@pytest.mark.parametrize(("custom", "stopped"), [(True, True), (False, False)])
def test_numbers_of_quickbooks_need_that_it_gives_them(custom: bool, stopped: bool) -> None:
    told = needs("push_invoices", settings(**OWN), a_company(custom_numbers=custom))
    assert bool(told) is stopped


@pytest.mark.parametrize(
    ("answered", "told"),
    [("INV-7", False), ("MW-INV-7", False), ("1045", True), ("MW-INVOICE-2~00c0ffee", True)],
)
def test_a_number_of_another_kind_is_told(answered: str, told: bool) -> None:
    found = invoices.PUSH.wording.remarks(
        read(Invoice, invoiceNumber="INV-7"), {"DocNumber": answered, "Line": []}
    )
    assert any("number" in one for one in found) is told
