from datetime import UTC, datetime
from typing import Any

import pytest

from connector.errors import ConfigurationError, ConnectionBrokenError
from connector.model.calls import Calls
from connector.model.connection import ConnectionState
from connector.store import connections, runs
from connector.store.records import links, pending
from functions.push_customers.app import handler
from tests.builders import a_customer
from tests.counted import read_calls
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN, event
from tests.functions.sites import IntuitSite
from tests.unit.quickbooks.parts import fault

NAME_TAKEN = fault("6240", detail="The name supplied already exists.", message="Duplicate Name")
REFUSED = fault("2010", detail="Property Name: Fax is invalid", message="Request has invalid data")
NO_TOKEN = fault("3200", detail="Token expired", message="AuthenticationFailed")


def push(context: Context, **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = handler(event("push_customers", **changes), context)
    return answer


def left() -> dict[str, str]:
    found = pending.read_many(CONNECTION, "push_customers", ["700001", "700002"])
    return {record_id: item.state for record_id, item in found.items()}


def test_a_new_customer_is_created_and_reported(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_customer())
    assert push(context) == {
        "flow": "push_customers",
        "more": False,
        "outcomes": {"created": 1},
    }
    assert [body["DisplayName"] for body in intuit.posted["Customer"]] == ["Blue Heron Plumbing"]


def test_a_created_customer_is_linked_and_no_longer_pending(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_customer())
    push(context)
    assert (links.owner_of(CONNECTION, "Customer", "61"), left()) == (("customer", "700001"), {})


def test_the_same_task_again_creates_nothing(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_customer())
    push(context)
    assert push(context)["outcomes"] == {"created": 1}
    assert len(intuit.posted["Customer"]) == 1


def test_several_customers_are_created_side_by_side(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(*(a_customer(str(700001 + n), companyName=f"Firm {n}") for n in range(9)))
    assert push(context)["outcomes"] == {"created": 9}
    assert sorted(body["DisplayName"] for body in intuit.posted["Customer"]) == [
        f"Firm {n}" for n in range(9)
    ]


def test_every_write_carries_a_request_id(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_customer())
    push(context)
    urls = [str(call.request.url) for call in intuit.http.calls]
    assert len([url for url in urls if "requestid=" in url]) == len(urls) == 1


def test_the_calls_that_were_made_are_counted(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_customer())
    months = {f"{datetime.now(UTC):%Y-%m}"}
    push(context)
    months.add(f"{datetime.now(UTC):%Y-%m}")
    counted = [read_calls(CONNECTION, month) for month in months]
    assert [one for one in counted if one != Calls()] == [Calls(free=1)]


def test_a_refused_customer_is_reported_and_the_others_go_on(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_customer(companyName="-"), a_customer("700002"))
    assert push(context)["outcomes"] == {"created": 1, "refused": 1}
    assert left() == {"700001": "refused"}


def test_an_id_that_holds_a_separator_is_pushed_as_any_other(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_customer("70#1"))
    assert push(context)["outcomes"] == {"created": 1}
    assert links.owner_of(CONNECTION, "Customer", "61") == ("customer", "70#1")


def test_what_quickbooks_refuses_is_kept_with_its_words(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    intuit.refuses("customer", 400, REFUSED)
    connected.finds(a_customer())
    assert push(context)["outcomes"] == {"refused": 1}
    reason = pending.read_many(CONNECTION, "push_customers", ["700001"])["700001"].reason
    assert '"Property Name: Fax is invalid", code 2010' in str(reason)


def test_a_name_that_is_taken_by_nobody_we_find_is_refused(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    intuit.refuses("customer", 400, NAME_TAKEN)
    connected.finds(a_customer())
    assert push(context)["outcomes"] == {"refused": 1}


def test_little_time_asks_to_be_called_again(connected: Cloud, intuit: IntuitSite) -> None:
    connected.finds(a_customer())
    assert push(Context(milliseconds=30_000)) == {
        "flow": "push_customers",
        "more": True,
        "outcomes": {},
    }
    assert intuit.posted == {}


@pytest.fixture
def _revoked(connected: Cloud, intuit: IntuitSite) -> None:
    intuit.refuses("customer", 401, NO_TOKEN)
    intuit.ends_the_consent()
    connected.finds(a_customer())


@pytest.mark.usefixtures("_revoked")
def test_a_revoked_consent_crosses_as_a_broken_connection(context: Context) -> None:
    with pytest.raises(ConnectionBrokenError, match="Reconnect it") as raised:
        push(context)
    assert type(raised.value) is ConnectionBrokenError


@pytest.mark.usefixtures("_revoked")
def test_a_revoked_consent_marks_the_connection_and_keeps_its_work(context: Context) -> None:
    with pytest.raises(ConnectionBrokenError):
        push(context)
    assert (connections.read(CONNECTION).state, left()) == (
        ConnectionState.RECONNECT_NEEDED,
        {"700001": "changed"},
    )


def test_a_marked_connection_is_not_pushed_to(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_customer())
    connections.mark_broken(CONNECTION, "Reconnect it.")
    with pytest.raises(ConnectionBrokenError, match="Reconnect it"):
        push(context)
    assert len(intuit.http.calls) == 0


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("name", ["connection_id", "run_id"])
def test_an_input_without_an_id_is_an_error_that_names_it(context: Context, name: str) -> None:
    told = event("push_customers")
    del told[name]
    with pytest.raises(ConfigurationError, match=f"no '{name}'"):
        handler(told, context)


def test_the_outcomes_belong_to_the_run_of_the_input(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(a_customer())
    push(context)
    assert runs.counts(CONNECTION, RUN, "push_customers") == {"created": 1}
