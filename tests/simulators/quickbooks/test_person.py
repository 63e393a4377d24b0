import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any

import pytest

from simulators.quickbooks.world import REALM
from tests.simulators.quickbooks.conftest import Simulator
from tests.simulators.quickbooks.test_faults import GOODS, a_line, an_invoice

type Notice = tuple[dict[str, str], bytes]


class Inbox(HTTPServer):
    notices: Queue[Notice]
    answers: list[int]


class Receiver(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.notices.put(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    server = Inbox(("127.0.0.1", 0), Receiver)
    server.notices, server.answers = Queue(), []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def told(qbo: Simulator, inbox: Inbox) -> Iterator[Simulator]:
    qbo.switch(webhook_seconds=0.2)
    qbo.sim("webhooks", {"url": f"http://127.0.0.1:{inbox.server_port}/", "verifier": "v-1"})
    yield qbo
    qbo.sim("webhooks", method="DELETE")


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    qbo.create("Customer", DisplayName="Harbor Cafe")
    qbo.create("Customer", DisplayName="Harbour Cafe")
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    return qbo


def test_a_notice_is_signed_and_tells_all_changes_of_some_seconds(
    told: Simulator, inbox: Inbox
) -> None:
    told.switch(webhook_seconds=5)
    first = told.create("Customer", DisplayName="One")
    body = {"Id": first["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    told.post("customer", body)
    headers, raw = inbox.notices.get(timeout=60)
    digest = base64.b64encode(hmac.new(b"v-1", raw, hashlib.sha256).digest()).decode()
    events = [(e["type"], e["intuitentityid"], e["intuitaccountid"]) for e in json.loads(raw)]
    assert headers["intuit-signature"] == digest
    assert events == [
        ("qbo.customer.created.v1", first["Id"], REALM),
        ("qbo.customer.deleted.v1", first["Id"], REALM),
    ]


def test_the_old_format_is_a_switch(told: Simulator, inbox: Inbox) -> None:
    told.switch(webhook_format="legacy")
    told.create("Vendor", DisplayName="V")
    raw = json.loads(inbox.notices.get(timeout=60)[1])
    entity = raw["eventNotifications"][0]["dataChangeEvent"]["entities"][0]
    assert (entity["name"], entity["operation"]) == ("Vendor", "Create")


def test_a_refused_notice_comes_again(told: Simulator, inbox: Inbox) -> None:
    told.sim("clock", {"speed": 50})
    inbox.answers.append(503)
    told.switch(webhook_seconds=10)
    told.create("Vendor", DisplayName="V")
    first, second = (inbox.notices.get(timeout=60)[1] for _ in range(2))
    told.sim("clock", {"speed": 1})
    assert first == second


def test_a_duplicated_notice_is_a_switch(told: Simulator, inbox: Inbox) -> None:
    told.switch(webhook_duplicates=True)
    told.create("Vendor", DisplayName="V")
    assert inbox.notices.get(timeout=60)[1] == inbox.notices.get(timeout=60)[1]


def test_a_merge_moves_everything_to_the_survivor_and_is_told(
    told: Simulator, inbox: Inbox, shop: Simulator
) -> None:
    invoice = shop.create("Invoice", **an_invoice(a_line(), CustomerRef={"value": "2"}))
    shop.sim("person/merge", {"entity": "Customer", "loser": "2", "survivor": "1"})
    notices = iter(lambda: json.loads(inbox.notices.get(timeout=60)[1]), None)
    events = (event for notice in notices for event in notice)
    merged = next(event for event in events if event["type"] == "qbo.customer.merged.v1")
    assert merged["data"] == {"deletedid": "2"}
    moved = shop.read("Invoice", invoice["Id"])
    assert moved["CustomerRef"] == {"value": "1", "name": "Harbor Cafe"}
    assert shop.read("Customer", "1")["Balance"] == 100
    assert shop.fault(shop.call("GET", "customer/2")) == (400, ["610"])


def test_a_person_edits_so_that_the_client_is_stale(shop: Simulator) -> None:
    shop.sim("person/edit", {"entity": "Customer", "id": "1", "body": {"Notes": "by hand"}})
    late = shop.post("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "mine"})
    assert shop.fault(late) == (400, ["5010"])


@pytest.mark.parametrize(("action", "left"), [("void", 1), ("delete", 0)])
def test_a_person_voids_or_deletes_an_invoice(shop: Simulator, action: str, left: int) -> None:
    invoice = shop.create("Invoice", **an_invoice(a_line()))
    shop.sim(f"person/{action}", {"entity": "Invoice", "id": invoice["Id"]})
    assert shop.query("select count(*) from Invoice") == {"totalCount": left}
    assert shop.read("Customer", "1")["Balance"] == 0


def test_a_person_closes_the_books(shop: Simulator) -> None:
    shop.sim("person/close_books", {"date": "2026-03-31"})
    answer = shop.post("invoice", an_invoice(a_line(), TxnDate="2026-03-31"))
    assert shop.fault(answer) == (400, ["6200"])


def test_a_person_deactivates_a_customer_that_owes(shop: Simulator) -> None:
    shop.create("Invoice", **an_invoice(a_line()))
    token = {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False}
    assert shop.fault(shop.post("customer", token)) == (400, ["6220"])
    shop.sim("person/deactivate", {"entity": "Customer", "id": "1"})
    assert shop.read("Customer", "1")["Active"] is False


def test_a_merge_moves_expenses_and_attachments_too(shop: Simulator) -> None:
    keys = [shop.create("Vendor", DisplayName=name)["Id"] for name in ("Kept", "Lost")]
    line = {"Amount": 5, "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}}}  # fmt: skip
    payee = {"value": keys[1], "type": "Vendor"}
    body = {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [line]}
    spent = shop.create("Purchase", **body, EntityRef=payee)["Id"]
    held = [{"EntityRef": {"type": "vendor", "value": keys[1]}}]
    note = shop.create("Attachable", Note="n", AttachableRef=held)["Id"]
    shop.sim("person/merge", {"entity": "Vendor", "loser": keys[1], "survivor": keys[0]})
    moved = {"value": keys[0], "name": "Kept", "type": "Vendor"}
    assert shop.read("Purchase", spent)["EntityRef"] == moved
    row = shop.read("Attachable", note)["AttachableRef"][0]
    assert row["EntityRef"] == {"type": "vendor", "value": keys[0]}


@pytest.mark.parametrize(
    ("entity", "loser", "survivor"), [("Account", "7", "35"), ("Item", "2", "3")]
)
def test_records_of_two_types_are_not_merged(
    shop: Simulator, entity: str, loser: str, survivor: str
) -> None:
    for name in ("Filter", "Filter 2"):
        shop.create("Item", Name=name, **GOODS)
    body = {"entity": entity, "loser": loser, "survivor": survivor}
    answer = shop.session.post(f"{shop.url}/_sim/person/merge", json=body, timeout=9)
    assert shop.fault(answer) == (400, ["6000"])


def test_merged_employees_have_no_balance(qbo: Simulator) -> None:
    keys = [qbo.create("Employee", GivenName=name, FamilyName="Reed")["Id"] for name in "AB"]
    body = {"entity": "Employee", "loser": keys[1], "survivor": keys[0]}
    assert "Balance" not in qbo.sim("person/merge", body)
