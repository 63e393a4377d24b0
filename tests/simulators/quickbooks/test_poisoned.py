"""One record or answer that nobody can read, and records that go away by merges (4.1, 7.11)."""

import gzip
import time
from typing import Any

import pytest
import requests

from simulators.quickbooks.world import REALM
from tests.simulators.quickbooks.conftest import Simulator
from tests.simulators.quickbooks.test_faults import a_line, an_invoice

SINCE = "2020-01-01T00:00:00Z"


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    for name in ("Harbor Cafe", "Harbour Cafe", "Harbor Cafe LLC"):
        qbo.create("Customer", DisplayName=name)
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    return qbo


def changes(shop: Simulator, entities: str) -> requests.Response:
    params = {"entities": entities, "changedSince": SINCE}
    return shop.call("GET", "cdc", params=params)


def asked(shop: Simulator, statement: str) -> requests.Response:
    return shop.call("GET", "query", params={"query": statement})


def test_poisoned_change_data_fails_whenever_its_entity_is_asked_for(shop: Simulator) -> None:
    shop.switch(cdc_poisoned="Estimate, Bill")
    for entities in ("Customer,Estimate,Item", "bill", "Bill,Customer"):
        assert shop.fault(changes(shop, entities)) == (400, ["4002"])
    assert changes(shop, "Customer,Item,Invoice").status_code == 200
    assert asked(shop, "select * from Estimate").status_code == 200


def test_a_bad_row_spoils_whatever_holds_it_and_nothing_else(shop: Simulator) -> None:
    shop.switch(bad_rows="Customer:2,Invoice:9")
    spoiled = [
        shop.call("GET", "customer/2"),
        asked(shop, "select * from Customer"),
        asked(shop, "select * from Customer where DisplayName = 'Harbour Cafe'"),
        changes(shop, "Item,Customer"),
    ]
    assert [shop.fault(answer) for answer in spoiled] == [(400, ["10000"])] * 4
    assert {answer.json()["Fault"]["type"] for answer in spoiled} == {"SystemFault"}
    read = [
        shop.call("GET", "customer/1"),
        asked(shop, "select * from Customer orderby Id maxresults 1"),
        asked(shop, "select * from Customer orderby Id startposition 3"),
        asked(shop, "select count(*) from Customer"),
        changes(shop, "Item"),
    ]
    assert [answer.status_code for answer in read] == [200] * 5


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ({"kind": "fault", "code": "4000"}, 400),
        ({"kind": "fault", "code": "4001"}, 400),
        ({"kind": "html_before", "status": 404}, 404),
    ],
)
def test_a_look_up_of_one_record_is_refused_for_ever(
    shop: Simulator, script: dict[str, Any], told: int
) -> None:
    shop.sim("faults", script | {"query": "DisplayName = 'Harbour", "always": True})
    for _ in range(3):
        one = asked(shop, "select * from Customer where DisplayName = 'Harbour Cafe'")
        other = asked(shop, "select * from Customer where DisplayName = 'Harbor Cafe'")
        assert (one.status_code, other.status_code) == (told, 200)
    (pending,) = shop.sim("faults", method="GET")["pending"]
    assert pending["always"] is True


def test_a_look_up_that_is_posted_is_known_by_its_body(shop: Simulator) -> None:
    shop.sim("faults", {"kind": "fault", "code": "4001", "body": "Harbour", "always": True})
    statement = "select * from Customer where DisplayName = 'Harbour Cafe'"
    headers = {"Content-Type": "application/text"}
    answer = shop.call("POST", "query", data=statement, headers=headers)
    assert shop.fault(answer) == (400, ["4001"])


@pytest.mark.parametrize(
    "script", [{"query": "["}, {"megabytes": 0}, {"megabytes": 501}, {"status": 42}]
)
def test_a_script_out_of_bounds_is_refused(shop: Simulator, script: dict[str, Any]) -> None:
    answer = requests.post(f"{shop.url}/_sim/faults", json=script | {"kind": "fault"}, timeout=9)
    assert answer.status_code == 400


def test_an_answer_that_comes_byte_by_byte_is_never_silent_for_long(shop: Simulator) -> None:
    shop.sim("faults", {"kind": "byte_by_byte", "entity": "Customer", "seconds": 2.5})
    headers = {"Authorization": f"Bearer {shop.token}", "Accept": "application/json"}
    url = f"{shop.url}/v3/company/{REALM}/customer/1"
    began = time.monotonic()
    slow = requests.get(url, headers=headers, timeout=2)
    assert time.monotonic() - began >= 2.5
    assert slow.json()["Customer"] == shop.read("Customer", "1")


def test_a_write_answered_byte_by_byte_took_effect_when_its_client_gives_up(
    shop: Simulator,
) -> None:
    shop.sim("faults", {"kind": "byte_by_byte", "method": "POST", "seconds": 600})
    headers = {"Authorization": f"Bearer {shop.token}", "Accept": "application/json"}
    url = f"{shop.url}/v3/company/{REALM}/customer"
    body = {"DisplayName": "Slow Cafe"}
    with requests.post(url, json=body, headers=headers, timeout=60, stream=True) as answer:
        assert answer.status_code == 200
    statement = "select * from Customer where DisplayName = 'Slow Cafe'"
    assert asked(shop, statement).json()["QueryResponse"]["maxResults"] == 1


@pytest.mark.parametrize("accept", ["application/json", "application/xml"])
def test_a_packed_answer_grows_beyond_all_measure_and_is_right(
    shop: Simulator, accept: str
) -> None:
    shop.sim("faults", {"kind": "gzip_bomb", "megabytes": 20})
    headers = {"Accept": accept, "Accept-Encoding": "gzip"}
    answer = shop.call("GET", "customer/1", headers=headers, stream=True)
    packed = answer.raw.read(decode_content=False)
    body = gzip.decompress(packed)
    assert len(packed) < 100_000 < 20 << 20 < len(body)
    assert b"Harbor Cafe" in body
    assert body.strip()[-1:] in {b"}", b">"}


def test_a_chain_of_merges_ends_at_the_last_survivor(shop: Simulator) -> None:
    invoice = shop.create("Invoice", **an_invoice(a_line()))
    last = shop.sim("person/merge", {"entity": "Customer", "chain": ["1", "2", "3"]})
    assert last["Id"] == "3"
    assert shop.read("Invoice", invoice["Id"])["CustomerRef"]["value"] == "3"
    assert shop.read("Customer", "3")["Balance"] == 100
    for gone in ("1", "2"):
        assert shop.fault(shop.call("GET", f"customer/{gone}")) == (400, ["610"])
        late = shop.post("invoice", an_invoice(CustomerRef={"value": gone}))
        assert shop.fault(late) == (400, ["2500"])


def test_change_data_does_not_tell_who_was_merged_away(shop: Simulator) -> None:
    shop.sim("person/merge", {"entity": "Customer", "chain": ["1", "2", "3"]})
    block = changes(shop, "Customer").json()["CDCResponse"][0]["QueryResponse"][0]
    assert [row["Id"] for row in block["Customer"]] == ["3"]


@pytest.mark.parametrize("chain", [["1"], "12", ["1", "9"], ["1", "1"]])
def test_a_chain_that_leads_nowhere_is_refused(shop: Simulator, chain: Any) -> None:
    body = {"entity": "Customer", "chain": chain}
    answer = requests.post(f"{shop.url}/_sim/person/merge", json=body, timeout=9)
    assert answer.status_code == 400
    assert shop.query("select count(*) from Customer") == {"totalCount": 3}
