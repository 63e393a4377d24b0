from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator

WRONG: list[tuple[str, Any]] = [
    ("switches", {"nothing": 1}),
    ("switches", {"tax_mode": "automatic"}),
    ("switches", {"country": "FR"}),
    ("switches", {"limits": "perhaps"}),
    ("switches", {"limits": None}),
    ("switches", {"per_minute": "many"}),
    ("switches", {"query_lag": -1}),
    ("switches", ["limits"]),
    ("clock", {"advance": "long"}),
    ("clock", {"advance": 1e18}),
    ("clock", {"advance": -1}),
    ("clock", {"speed": 0}),
    ("clock", "soon"),
    ("disconnect", 5),
    ("webhooks", {"url": 5}),
    ("webhooks", {"url": "http://127.0.0.1:9/", "entities": 5}),
    ("webhooks", {"url": "http://127.0.0.1:9/", "entities": ["Invoices"]}),
    ("webhooks", {}),
    ("person/edit", {"entity": "Customer", "id": "1", "body": 5}),
    ("person/edit", [1]),
    ("person/edit", {"entity": "Nothing"}),
    ("person/close_books", {"date": "soon"}),
    ("person/custom_fields", {"fields": [1]}),
    ("person/custom_fields", {"fields": {"1": 5}}),
    ("person/custom_fields", {"family": "nobody", "fields": {}}),
    ("person/custom_fields", {"family": "enhanced_sales", "fields": {"1000000001": "Miles"}}),
    ("person/create", {"entity": "CustomerType", "body": {}}),
    ("person/create", {"entity": "Budget", "body": {"Name": "b" * 101}}),
    ("person/dance", {"entity": "Term", "id": "1"}),
]


@pytest.mark.parametrize(("path", "body"), WRONG)
def test_a_wrong_request_to_the_admin_side_is_refused(qbo: Simulator, path: str, body: Any) -> None:
    before = qbo.sim("switches", method="GET")
    answer = qbo.session.post(f"{qbo.url}/_sim/{path}", json=body, timeout=9)
    assert answer.status_code == 400
    assert qbo.sim("switches", method="GET") == before


@pytest.mark.parametrize("components", [5, [{"item": "999"}], [{"quantity": 1}], ["1"]])
def test_a_bundle_of_what_is_not_there_is_refused(qbo: Simulator, components: Any) -> None:
    bundle = {"Type": "Group", "Name": "Bundle", "components": components}
    body = {"entity": "Item", "body": bundle}
    answer = qbo.session.post(f"{qbo.url}/_sim/person/create", json=body, timeout=9)
    assert qbo.fault(answer) == (400, ["2500"])
    assert qbo.query("select * from Item") == {}


def test_the_journal_is_read_after_a_number(qbo: Simulator) -> None:
    for _ in range(3):
        qbo.call("GET", "customer/1")
    entries = qbo.sim("journal?entity=Customer", method="GET")["entries"]
    later = qbo.sim(f"journal?after={entries[0]['number']}", method="GET")["entries"]
    assert [entry["number"] for entry in later] == [entry["number"] for entry in entries[1:]]
    wrong = qbo.session.get(f"{qbo.url}/_sim/journal", params={"after": "x"}, timeout=9)
    assert wrong.status_code == 400
