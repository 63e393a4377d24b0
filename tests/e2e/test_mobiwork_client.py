import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from connector.errors import (
    ConnectionBrokenError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.mobiwork.client import MobiWork
from connector.mobiwork.endpoints import registry
from connector.mobiwork.xml import RawRecord

ROOT = Path(__file__).parents[2]
# The simulator's documented defaults, as `--help` prints them.
LOGIN = {
    "client_id": "40321",
    "login_id": "SIMLOGIN12345678",
    "password": "SIMPASSWORD12345",
}
ASSUMED = frozenset(row.switch for row in registry().values() if row.switch)
LISTS = sorted(
    entity
    for entity, operation in registry()
    if operation == "list" and entity not in {"invoice", "payment"}
)
EDITS = sorted(entity for entity, operation in registry() if operation == "edit")
ADDRESS = "<address><address1>12 Canal St</address1><state>FL</state></address>"
CONTACT = "<contact><firstName>TBD</firstName><lastName>-</lastName></contact>"
NEW_CUSTOMER = (
    f"<customer><companyName>Heron &amp; Sons</companyName><type>BUSINESS</type>{ADDRESS}{CONTACT}"
    f"<addressList>{ADDRESS}</addressList><contactList>{CONTACT}</contactList></customer>"
)
SAMPLE = ["--sample", "1", "--sample-size", "6"]


@dataclass(frozen=True)
class Simulator:
    url: str

    def admin(self, method: str, path: str, body: object = None) -> Any:
        answer = requests.request(method, f"{self.url}/_sim/{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def fails(self, kind: str, endpoint: str, **options: object) -> None:
        self.admin("POST", "faults", {"kind": kind, "endpoint": endpoint, **options})

    def client(self, **options: Any) -> MobiWork:
        return MobiWork(
            **{
                "base_url": self.url,
                "capabilities": ASSUMED,
                "sleep": lambda _: None,
                **LOGIN,
                **options,
            }
        )

    def ids(self, entity: str, name: str) -> set[str]:
        kept = self.admin("GET", f"records/{entity}?limit=100000")["records"]
        return {one[name] for one in kept}

    def calls(self) -> dict[str, int]:
        counts: dict[str, int] = self.admin("GET", "journal")["counts"]
        return counts


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    command = [sys.executable, "-m", "simulators.mobiwork", "--port", "0", *SAMPLE]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        yield Simulator(process.stdout.readline().split(": ", 1)[1].strip())
        process.terminate()


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    running.admin("POST", "reset")
    running.admin("DELETE", "faults")
    running.admin("DELETE", "journal")
    return running


def a_customer(simulator: Simulator) -> RawRecord:
    return next(simulator.client().records("customer"))


def settled(record: RawRecord) -> dict[str, Any]:
    """The fields without the distance, which is MobiWork's to work out again."""
    return dict(
        RawRecord("", None, re.sub("<baseDistance>.*?<", "<baseDistance><", record.xml)).fields
    )


def test_a_list_longer_than_the_cap_is_read_page_by_page(simulator: Simulator) -> None:
    found = [one.own_id for one in simulator.client().records("customer")]
    assert len(found) > 200
    assert sorted(found) == sorted(simulator.ids("customer", "mobiworkCustomerId"))


def test_a_page_size_of_its_own_is_kept_to(simulator: Simulator) -> None:
    found = [one.own_id for one in simulator.client().records("product", page_size=37)]
    assert len(found) == len(set(found)) > 300


@pytest.mark.parametrize(
    ("entity", "name"), [("invoice", "mobiworkInvoiceId"), ("payment", "paymentId")]
)
def test_every_document_is_found_although_paging_is_ignored(
    simulator: Simulator, entity: str, name: str
) -> None:
    found = [one.own_id for one in simulator.client().records(entity)]
    assert len(found) > 400
    assert sorted(found) == sorted(simulator.ids(entity, name))


def test_customers_behind_ignored_paging_are_missed_aloud(simulator: Simulator) -> None:
    simulator.admin("POST", "switches", {"paging_ignored": ["customer"]})
    found: list[RawRecord] = []
    with pytest.raises(UnreadableAnswerError, match="cut short: after 200 records"):
        found.extend(simulator.client().records("customer"))
    assert len(found) == 200


@pytest.mark.parametrize("entity", LISTS)
def test_every_other_list_gives_all_its_records_with_ids(simulator: Simulator, entity: str) -> None:
    simulator.admin("POST", "switches", {"endpoints_off": []})
    found = [one.own_id for one in simulator.client().records(entity)]
    assert "" not in found
    assert len(found) == simulator.admin("GET", "")["records"][entity]


@pytest.mark.parametrize("entity", EDITS)
def test_an_external_id_written_to_a_record_finds_it_again(
    simulator: Simulator, entity: str
) -> None:
    client = simulator.client()
    record = next(client.records(entity))
    client.edit(entity, record.own_id, {"externalId": "9074,QBO"})
    assert [one.id for one in client.find_by_external_id(entity, "9074")] == [record.id]


def test_one_page_is_fetched_at_a_time(simulator: Simulator) -> None:
    records = simulator.client().records("customer", page_size=10)
    next(records)
    assert simulator.calls() == {"authenticate": 1, "customer.list": 1}


@pytest.mark.parametrize("shown", ["failure", "http_401", "login_page"])
def test_a_token_that_expires_in_the_middle_of_a_list_is_replaced(
    simulator: Simulator, shown: str
) -> None:
    simulator.admin("POST", "switches", {"expiry_answer": shown})
    records = simulator.client().records("customer", page_size=100)
    found = {next(records).own_id}
    simulator.admin("POST", "expire-tokens")
    found |= {one.own_id for one in records}
    assert found == simulator.ids("customer", "mobiworkCustomerId")
    assert simulator.calls()["authenticate"] == 2


def test_a_token_good_for_few_calls_is_replaced_as_often_as_needed(simulator: Simulator) -> None:
    simulator.admin("POST", "switches", {"token_calls": 2})
    found = {one.own_id for one in simulator.client().records("customer", page_size=50)}
    assert found == simulator.ids("customer", "mobiworkCustomerId")


def test_a_wrong_password_breaks_the_connection(simulator: Simulator) -> None:
    client = simulator.client(password="SIMPASSWORD99999")  # noqa: S106
    with pytest.raises(ConnectionBrokenError, match="REST API connector settings") as caught:
        client.authenticate()
    assert "SIMPASSWORD99999" not in str(caught.value)


def test_a_wrong_client_id_breaks_the_connection(simulator: Simulator) -> None:
    with pytest.raises(ConnectionBrokenError, match="Unknown client id"):
        next(simulator.client(client_id="99999").records("customer"))


@pytest.mark.parametrize("kind", ["malformed_xml", "truncated_xml", "html", "empty"])
def test_a_spoiled_list_is_unreadable(simulator: Simulator, kind: str) -> None:
    simulator.fails(kind, "customer.list", times=99)
    with pytest.raises(UnreadableAnswerError, match="answer to list customer"):
        list(simulator.client().records("customer"))


@pytest.mark.parametrize("kind", ["malformed_xml", "truncated_xml"])
def test_a_list_whose_tags_were_broken_once_is_read_whole_in_smaller_parts(
    simulator: Simulator, kind: str
) -> None:
    healthy = [one.own_id for one in simulator.client().records("customer")]
    simulator.fails(kind, "customer.list")
    assert [one.own_id for one in simulator.client().records("customer")] == healthy


@pytest.mark.parametrize("kind", ["malformed_xml", "truncated_xml", "html", "empty"])
def test_a_spoiled_answer_to_a_write_leaves_its_outcome_unknown(
    simulator: Simulator, kind: str
) -> None:
    simulator.fails(kind, "customer.edit")
    record_id = a_customer(simulator).own_id
    with pytest.raises(UnreadableAnswerError, match=f"edit customer {record_id}") as caught:
        simulator.client().edit("customer", record_id, {"externalId": "74,QBO"})
    assert caught.value.unknown_outcome
    assert simulator.calls()["customer.edit"] == 1


@pytest.mark.parametrize("kind", ["status", "drop"])
def test_a_read_survives_short_trouble(simulator: Simulator, kind: str) -> None:
    simulator.fails(kind, "customer.view", times=2)
    record_id = a_customer(simulator).own_id
    assert simulator.client().view("customer", record_id).own_id == record_id
    assert simulator.calls()["customer.view"] == 3


@pytest.mark.parametrize("kind", ["status", "drop"])
def test_a_write_in_trouble_is_made_once_and_its_outcome_unknown(
    simulator: Simulator, kind: str
) -> None:
    simulator.fails(kind, "customer.add", times=5)
    before = len(simulator.ids("customer", "mobiworkCustomerId"))
    with pytest.raises(RemoteDownError) as caught:
        simulator.client().add("customer", NEW_CUSTOMER)
    assert caught.value.unknown_outcome
    assert len(simulator.ids("customer", "mobiworkCustomerId")) == before + 1


def test_a_slow_answer_is_not_waited_for_beyond_the_time_out(simulator: Simulator) -> None:
    simulator.fails("slow", "customer.view", seconds=3)
    record_id = a_customer(simulator).own_id
    with pytest.raises(RemoteDownError, match="ReadTimeout"):
        simulator.client(timeout=(5.0, 0.2)).view("customer", record_id)


def test_an_edit_changes_what_it_names_and_nothing_else(simulator: Simulator) -> None:
    client = simulator.client()
    before = client.view("customer", a_customer(simulator).own_id)
    client.edit("customer", before.own_id, {"externalId": "74,QBO"})
    after = client.view("customer", before.own_id)
    assert settled(after) == {**settled(before), "externalcustomerid": "74,QBO"}


def test_a_linked_customer_is_found_by_either_spelling(simulator: Simulator) -> None:
    first, second, *_ = simulator.client().records("customer")
    client = simulator.client()
    client.edit("customer", first.own_id, {"externalId": "9074,QBO"})
    client.edit("customer", second.own_id, {"externalId": "19074,QBO"})
    for text in ("9074", "9074,QBO"):
        assert [one.id for one in client.find_by_external_id("customer", text)] == [first.id]


def test_an_assumed_edit_that_does_not_exist_is_refused(simulator: Simulator) -> None:
    simulator.admin("POST", "switches", {"endpoints_off": ["product.edit"]})
    client = simulator.client()
    product = next(client.records("product"))
    with pytest.raises(RejectedError, match="HTTP 404") as caught:
        client.edit("product", product.own_id, {"price": "4.50"})
    assert caught.value.code == "404"


def test_a_record_that_does_not_exist_is_refused(simulator: Simulator) -> None:
    with pytest.raises(RejectedError, match="was not found"):
        simulator.client().view("customer", "1")


def test_a_deleted_customer_is_gone(simulator: Simulator) -> None:
    client = simulator.client()
    customer = client.add("customer", NEW_CUSTOMER)
    client.delete("customer", customer.own_id)
    assert customer.id not in simulator.ids("customer", "mobiworkCustomerId")


@pytest.mark.parametrize("quirk", [{"null_text": "always"}, {"xml_declaration": "none"}])
def test_quirks_do_not_change_what_is_read(simulator: Simulator, quirk: dict[str, str]) -> None:
    before = [one.fields for one in simulator.client().records("estimate")]
    simulator.admin("POST", "switches", quirk)
    assert [one.fields for one in simulator.client().records("estimate")] == before


def test_no_log_line_of_real_calls_shows_a_secret(
    simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    session = requests.Session()
    client = simulator.client(session=session)
    simulator.fails("drop", "customer.list")
    list(client.records("customer"))
    tokens = {one.split("token=")[1][:20] for one in caplog.messages if "token=" in one}
    assert tokens == {'[hidden] HTTP/1.1" 2'}
    assert [one for one in LOGIN.values() if one != "40321" and one in caplog.text] == []
