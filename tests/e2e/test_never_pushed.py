import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import simplejson

from connector.changes.company import ask_company
from connector.changes.mobiwork import find_changes
from connector.engine.run import Run
from connector.entities.registry import PUSHES
from connector.mobiwork.client import MobiWork
from connector.push.worker import push
from local.sample import SETTINGS
from tests.e2e.conftest import ASSUMED, Judge
from tests.memory.store import in_memory
from tests.unit.entities.purchases.buying import buying_settings

CONNECTION = "never"
DOCUMENTS = {"Bill", "Estimate", "Invoice", "Payment", "Purchase", "PurchaseOrder"}
NAMES = {"Customer", "Item", "Vendor"}
FORM_VALUE = re.compile(r"<formField>.*?<value>([^<]{4,})</value>.*?</formField>", re.DOTALL)


@dataclass
class Recorded:
    """The QuickBooks client, with a copy of everything that leaves."""

    judge: Judge
    bodies: list[str] = field(default_factory=list)

    def create(self, entity: str, body: Mapping[str, Any], **told: Any) -> dict[str, Any]:
        self.bodies.append(simplejson.dumps(body, use_decimal=True))
        return self.judge.client.create(entity, body, **told)

    def update(self, entity: str, body: Mapping[str, Any], *, requestid: str) -> dict[str, Any]:
        self.bodies.append(simplejson.dumps(body, use_decimal=True))
        return self.judge.client.update(entity, body, requestid=requestid)

    def delete(self, entity: str, record_id: str, *, sync_token: str, requestid: str) -> None:
        self.judge.client.delete(entity, record_id, sync_token=sync_token, requestid=requestid)

    def read(self, entity: str, record_id: str) -> dict[str, Any]:
        return self.judge.client.read(entity, record_id)

    def query(self, statement: str) -> Iterator[dict[str, Any]]:
        return self.judge.client.query(statement)

    def journal(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.judge.url}/_sim/journal", timeout=60)
        return list(answer.json()["entries"])


@pytest.fixture
def run(judge: Judge, mobiwork: MobiWork) -> Recorded:
    """Push everything that the sample company has, with every flow switched on."""
    chosen = buying_settings(**SETTINGS | {"capabilities": sorted(ASSUMED)})
    store, company = in_memory(), ask_company(judge.client, now=datetime.now(UTC))
    store.settings.save_company(CONNECTION, company)
    store.settings.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")
    find_changes(CONNECTION, mobiwork, store)
    recorded = Recorded(judge)
    requests.delete(f"{judge.url}/_sim/journal", timeout=60)
    for flow in PUSHES:
        push(flow, Run(CONNECTION, "r1", open_quickbooks=lambda: recorded, store=store))
    return recorded


def test_a_full_run_sends_only_what_may_be_pushed(run: Recorded, mobiwork: MobiWork) -> None:
    posts = [one for one in run.journal() if not one["path"].endswith("/query")]
    assert {one["entity"] for one in posts if one["method"] == "POST"} == DOCUMENTS | NAMES
    assert [one["query"] for one in posts if "operation" in one["query"]] == []

    forms = [record.xml for record in mobiwork.records("customer")]
    values = {value for xml in forms for value in FORM_VALUE.findall(xml)}
    assert values, "the sample company has no forms"
    assert [value for value in values for body in run.bodies if value in body] == []
