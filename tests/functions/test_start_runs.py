from typing import Any

import pytest

from connector.errors import RemoteDownError
from connector.store import connections
from functions.start_runs.app import handler
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event


def test_every_due_connection_gets_one_message(connected: Cloud, context: Context) -> None:
    connected.connect("c2", "9130357849021547")
    assert handler(event("start_runs"), context) == {"count": 2}
    assert sorted(one["connection_id"] for one in connected.messages()) == ["c2", CONNECTION]


def test_a_connection_is_not_due_again_at_once(connected: Cloud, context: Context) -> None:
    handler(event("start_runs"), context)
    connected.messages()
    assert (handler(event("start_runs"), context), connected.messages()) == ({"count": 0}, [])


def test_a_broken_connection_gets_no_message(connected: Cloud, context: Context) -> None:
    connections.mark_broken(CONNECTION, "Reconnect it.")
    assert (handler(event("start_runs"), context), connected.messages()) == ({"count": 0}, [])


def test_a_broken_connection_does_not_keep_another_from_its_message(
    connected: Cloud, context: Context
) -> None:
    connected.connect("c2", "9130357849021547")
    connections.mark_broken(CONNECTION, "Reconnect it.")
    assert handler(event("start_runs"), context) == {"count": 1}
    assert connected.messages() == [{"connection_id": "c2"}]


@pytest.mark.usefixtures("cloud")
def test_without_connections_there_is_nothing_to_start(context: Context) -> None:
    assert handler(event("start_runs"), context) == {"count": 0}


def test_what_the_queue_does_not_take_is_sent_the_next_time_and_stops_no_other(
    connected: Cloud, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.connect("c2", "9130357849021547")
    queue = connected.services.queue
    whole = queue.send_message_batch

    def partly(**asked: Any) -> Any:
        first, *others = asked["Entries"]
        whole(QueueUrl=asked["QueueUrl"], Entries=others)
        failed = {"Id": first["Id"], "SenderFault": False, "Code": "InternalError"}
        return {"Successful": [], "Failed": [failed]}

    with monkeypatch.context() as short:
        short.setattr(queue, "send_message_batch", partly)
        with pytest.raises(RemoteDownError, match="1 of 2 messages"):
            handler(event("start_runs"), context)
    assert handler(event("start_runs"), context) == {"count": 1}
    assert sorted(one["connection_id"] for one in connected.messages()) == ["c2", CONNECTION]
