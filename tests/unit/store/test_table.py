import pytest
from botocore.exceptions import ConnectionClosedError
from pynamodb.exceptions import PutError, TransactWriteError

from connector.store.connections import RealmRow
from connector.store.table import Item, key, lost_condition, transaction


def test_a_key_joins_its_parts() -> None:
    assert key("c1", "link", "customer") == "c1#link#customer"


@pytest.mark.parametrize("part", ["", "c1#link", "#"])
def test_a_part_that_would_let_keys_overlap_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match="cannot be part of a key"):
        key("c1", part)


def test_a_condition_lost_in_a_transaction_is_told_apart(table: None) -> None:
    RealmRow(pk="realm#1", sk="connection", connection_id="c1").save()
    with pytest.raises(TransactWriteError) as raised, transaction() as write:
        write.save(
            RealmRow(pk="realm#1", sk="connection", connection_id="c2"),
            condition=RealmRow.pk.does_not_exist(),
        )
    assert lost_condition(raised.value)


def test_another_failure_of_a_transaction_is_no_lost_condition(table: None) -> None:
    Item.delete_table()
    with pytest.raises(TransactWriteError) as raised, transaction() as write:
        write.save(RealmRow(pk="realm#1", sk="connection", connection_id="c2"))
    assert not lost_condition(raised.value)


def test_a_store_that_does_not_answer_is_no_lost_condition() -> None:
    silent = ConnectionClosedError(endpoint_url="https://dynamodb.example")
    assert not lost_condition(PutError("Failed to put item", silent))
