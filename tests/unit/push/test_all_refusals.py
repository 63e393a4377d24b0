"""All that is known to be wrong with a record is told at once, so that one pass mends it."""

from typing import Any

import pytest

from connector.errors import OPEN_SETTINGS
from connector.mobiwork.xml import RawRecord
from connector.model.outcomes import Outcome
from tests.builders import (
    CONNECTION,
    a_company,
    a_customer,
    a_line,
    a_product,
    an_invoice,
)
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import (
    a_vendor,
    an_expense,
    an_order,
    an_order_line,
    buying_settings,
)
from tests.unit.entities.sales.selling import a_quote

CLOSED = "the books in QuickBooks are closed up to 2026-12-31"
NO_CLASS = "QuickBooks has no active class of that name. Add it there"
NO_FIELD = "The settings send"
WRONG_TOTAL = "but its total says"
CATEGORY: dict[str, Any] = {"class_of_sales": {"field": "category"}}
CREW: dict[str, Any] = {"api_name": "Crew", "definition_id": "3"}


def refused(record: RawRecord, *others: RawRecord, **chosen: Any) -> str:
    """Push a record where the books are closed, and return why it is refused."""
    world = World()
    world.save(buying_settings(**chosen))
    world.find(a_customer(), a_product(), a_vendor(), *others)
    world.push("customer", "product", "vendor")
    shut = a_company(closed_until="2026-12-31", class_tracking="document")
    world.store.settings.save_company(CONNECTION, shut)
    world.find(a_customer(), a_product(), a_vendor(), *others, record)
    world.push(record.entity)
    outcome, reason = world.note(record.entity, str(record.id))
    assert outcome is Outcome.REFUSED
    return reason


def with_crew(record: RawRecord, **changes: Any) -> RawRecord:
    crew = {"customFields": {"customField": [{"apiName": "Crew", "value": "7"}]}}
    makers: dict[str, Any] = {"invoice": an_invoice, "estimate": a_quote}
    found: RawRecord = makers[record.entity](**changes, **crew)
    return found


@pytest.mark.case("F1a")
@pytest.mark.parametrize("broken", [False, True], ids=["as it is", "with a wrong total"])
def test_an_invoice_is_refused_with_all_that_books_and_settings_do_not_allow(
    broken: bool,
) -> None:
    changes: dict[str, Any] = {"category": "Plumbing"} | ({"total": "12.00"} if broken else {})
    reason = refused(with_crew(an_invoice(), **changes), invoice_custom_fields=[CREW], **CATEGORY)
    assert all(told in reason for told in (CLOSED, NO_CLASS, NO_FIELD))
    assert (WRONG_TOTAL in reason) is broken


@pytest.mark.case("F1a")
def test_a_quote_is_refused_with_all_of_it() -> None:
    reason = refused(with_crew(a_quote(), total="12.00"), quote_custom_fields=[CREW])
    assert all(told in reason for told in (CLOSED, NO_FIELD, WRONG_TOTAL))


@pytest.mark.case("F1a")
def test_an_expense_is_refused_for_its_day_its_account_and_how_it_was_paid() -> None:
    record = an_expense(paymentType="Fleet card", amount="-1")
    reason = refused(record, expense_account_of_category={"Tools": "Nope"})
    assert all(told in reason for told in (CLOSED, 'says "Nope"', 'It was paid by "Fleet card"'))
    assert "-1.00" in reason


@pytest.mark.case("F1a")
def test_a_purchase_order_is_refused_for_its_day_and_its_class() -> None:
    line = an_order_line(productId="307001")
    reason = refused(an_order("71001", line), class_of_purchases={"field": "vendor"})
    assert CLOSED in reason
    assert NO_CLASS in reason


@pytest.mark.case("F1a")
def test_what_it_refers_to_must_be_there_before_the_books_are_asked() -> None:
    world = World()
    shut = a_company(closed_until="2026-12-31")
    world.store.settings.save_company(CONNECTION, shut)
    line = a_line(taxable="null")
    world.find(an_invoice(lineItems={"lineItem": [line]}, total="12.00"))
    world.push("invoice")
    reason = world.note("invoice", "5501")[1]
    assert WRONG_TOTAL in reason
    assert "none of its lines is taxable" not in reason


@pytest.mark.case("F1a")
def test_the_settings_are_offered_where_one_of_several_helps() -> None:
    world = World()
    world.save(buying_settings(**CATEGORY))
    world.find(a_customer(), a_product(), an_invoice(category="Plumbing", total="12.00"))
    world.push("customer", "product", "invoice")
    [entry] = world.store.pending.worklist(CONNECTION, "push_invoices")
    assert entry.fixes[0] == OPEN_SETTINGS
