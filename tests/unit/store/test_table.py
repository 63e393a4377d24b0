import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError
from botocore.session import Session
from pynamodb.exceptions import PutError, TransactWriteError

from connector.errors import RetriableError, UnusableKeyError
from connector.store import connections
from connector.store.life.rows import OwnerRow
from connector.store.table import Item, key, lost_condition, open_table, transaction


def test_a_key_joins_its_parts() -> None:
    assert key("c1", "link", "customer") == "c1#link#customer"


@pytest.mark.parametrize("part", ["", "c1#link", "#"])
def test_a_part_that_would_let_keys_overlap_is_refused(part: str) -> None:
    with pytest.raises(UnusableKeyError, match="cannot be part of a key"):
        key("c1", part)


def test_a_condition_lost_in_a_transaction_is_told_apart(table: None) -> None:
    OwnerRow(pk="realm#1", sk="connection", connection_id="c1").save()
    with pytest.raises(TransactWriteError) as raised, transaction() as write:
        write.save(
            OwnerRow(pk="realm#1", sk="connection", connection_id="c2"),
            condition=OwnerRow.pk.does_not_exist(),
        )
    assert lost_condition(raised.value)


def test_another_failure_of_a_transaction_is_no_lost_condition(table: None) -> None:
    Item.delete_table()
    with pytest.raises(TransactWriteError) as raised, transaction() as write:
        write.save(OwnerRow(pk="realm#1", sk="connection", connection_id="c2"))
    assert not lost_condition(raised.value)


def test_a_store_that_does_not_answer_is_no_lost_condition() -> None:
    silent = ConnectionClosedError(endpoint_url="https://dynamodb.example")
    assert not lost_condition(PutError("Failed to put item", silent))


@dataclass
class Throttled:
    """A table that leaves batches undone for a while; `rests` are what was waited in between."""

    times: int
    rests: list[float] = field(default_factory=list)

    def answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Leave all of a batch undone, so many times."""
        client: Any = Item._get_connection().connection.client
        carry_out = client._make_request

        def throttled(model: Any, request: Any, context: Any) -> Any:
            if not model.name.startswith("Batch") or not self.times:
                return carry_out(model, request, context)
            self.times -= 1
            undone = {"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}
            asked = json.loads(request["body"])["RequestItems"]
            return SimpleNamespace(status_code=200), {
                undone[model.name]: asked,
                "Responses": {"connector": []},
            }

        monkeypatch.setattr(client, "_make_request", throttled)
        monkeypatch.setattr("connector.store.table.time.sleep", self.rests.append)


def rows(*realms: str) -> list[OwnerRow]:
    return [OwnerRow(pk=f"realm#{one}", sk="connection", connection_id="c1") for one in realms]


@pytest.mark.case("R8")
def test_what_a_throttled_batch_left_undone_is_written_and_read_after_growing_rests(
    table: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Throttled(times=5)
    busy.answers(monkeypatch)
    with OwnerRow.batch_write() as batch:
        for row in rows("1", "2"):
            batch.save(row)
    assert len(busy.rests) == 5
    busy.times = 5
    found = OwnerRow.batch_get([("realm#1", "connection"), ("realm#2", "connection")])
    assert {row.pk for row in found} == {"realm#1", "realm#2"}
    longest = [0.2, 0.4, 0.8, 1.6, 3.2] * 2
    assert all(most / 2 <= one <= most for one, most in zip(busy.rests, longest, strict=True))


@pytest.mark.case("R8")
def test_a_batch_that_is_left_undone_for_good_is_given_up_for_now(
    table: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Throttled(times=99)
    busy.answers(monkeypatch)
    with pytest.raises(RetriableError, match="overloaded"):
        list(OwnerRow.batch_get([("realm#1", "connection")]))
    assert len(busy.rests) == 7
    for times in (2, 3):
        with pytest.raises(RetriableError, match="overloaded"), OwnerRow.batch_write() as batch:
            batch.save(rows("1")[0])
        assert len(busy.rests) == 7 * times


def test_all_that_is_read_and_written_goes_through_one_client(
    table: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connections.of_realm("1") is None
    monkeypatch.setattr(Session, "create_client", None)
    with transaction() as write:
        write.save(rows("1")[0])
    assert connections.of_realm("1") == "c1"


def test_a_table_of_the_same_name_can_be_opened_at_another_place(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def not_there(*_: object, endpoint_url: str, **__: object) -> None:
        asked.append(endpoint_url)
        raise ConnectionRefusedError

    open_table("connector", region="us-east-1", host="http://there.example")
    with monkeypatch.context() as patched:
        patched.setattr(Session, "create_client", not_there)
        with pytest.raises(ConnectionRefusedError):
            connections.of_realm("1")
    open_table("connector", region="us-east-1")
    assert set(asked) == {"http://there.example"}
