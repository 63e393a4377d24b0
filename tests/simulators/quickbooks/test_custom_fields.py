from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator
from tests.simulators.quickbooks.test_faults import a_line, an_invoice

ASKED = {"include": "enhancedAllCustomFields"}
MILES = {"DefinitionId": "1000000001", "Type": "NumberType", "NumberValue": 12.5}
CREW = {"DefinitionId": "1", "Type": "StringType", "StringValue": "Two"}


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    qbo.create("Customer", DisplayName="Harbor Cafe")
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    fields = {"1000000001": "NumberType Miles", "1000000002": "StringType Region"}
    qbo.sim("person/custom_fields", {"family": "enhanced_sales", "fields": fields})
    return qbo


def sold(shop: Simulator, **params: str) -> Any:
    return shop.post("Invoice", an_invoice(a_line(), CustomField=[CREW, MILES]), **params)


def values(fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {f["Name"]: f.get("NumberValue", f.get("StringValue")) for f in fields}


def test_an_enhanced_field_is_written_and_read_by_who_asks_for_it(shop: Simulator) -> None:
    made = sold(shop, **ASKED).json()["Invoice"]
    assert values(made["CustomField"]) == {"Crew #": "Two", "Miles": 12.5}
    read = shop.call("GET", f"invoice/{made['Id']}", params=ASKED).json()["Invoice"]
    assert values(read["CustomField"]) == {"Crew #": "Two", "Miles": 12.5}


def test_an_enhanced_field_is_hidden_from_others(shop: Simulator) -> None:
    made = sold(shop, **ASKED).json()["Invoice"]
    (found,) = shop.query("select * from Invoice")["Invoice"]
    assert values(found["CustomField"]) == {"Crew #": "Two"}
    assert values(shop.read("Invoice", made["Id"])["CustomField"]) == {"Crew #": "Two"}


def test_an_enhanced_field_is_not_enabled_for_others(shop: Simulator) -> None:
    assert shop.fault(sold(shop)) == (400, ["3000"])


def test_an_update_by_another_keeps_an_enhanced_field(shop: Simulator) -> None:
    made = sold(shop, **ASKED).json()["Invoice"]
    crew = CREW | {"StringValue": "Three"}
    change = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "CustomField": [crew]}
    assert shop.post("Invoice", change).status_code == 200
    read = shop.call("GET", f"invoice/{made['Id']}", params=ASKED).json()["Invoice"]
    assert values(read["CustomField"]) == {"Crew #": "Three", "Miles": 12.5}
