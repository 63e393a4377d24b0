from typing import Any

from connector.store import settings as saved
from connector.store.records import links, pending
from functions.push_products.app import handler
from tests.builders import a_product, settings
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import IntuitSite


def push(context: Context) -> dict[str, Any]:
    answer: dict[str, Any] = handler(event("push_products"), context)
    return answer


def test_a_new_product_is_created_and_reported(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_product())
    assert push(context) == {"flow": "push_products", "more": False, "outcomes": {"created": 1}}
    assert links.owner_of(CONNECTION, "Item", "61") == ("product", "307001")


def test_a_product_names_its_account_by_id(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_product())
    push(context)
    assert [body["IncomeAccountRef"] for body in intuit.posted["Item"]] == [{"value": "79"}]


def test_money_crosses_as_it_was_written(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_product(price="4.10"))
    push(context)
    sent = [call.request.body for call in intuit.http.calls]
    assert [b'"UnitPrice":4.10' in body for body in sent if isinstance(body, bytes)] == [True]


def test_a_missing_setting_keeps_products_back_and_names_itself(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    saved.save_settings(CONNECTION, settings(income_account=""), saved_at="", saved_by="test")
    connected.finds(a_product())
    assert push(context)["outcomes"] == {"refused": 1}
    reason = pending.read_many(CONNECTION, "push_products", ["307001"])["307001"].reason
    assert str(reason).startswith('The setting "Income Account" is empty.')


def test_without_anything_pending_nothing_is_asked_of_quickbooks(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    assert push(context) == {"flow": "push_products", "more": False, "outcomes": {}}
    assert len(intuit.http.calls) == 0
