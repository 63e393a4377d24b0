import re
from collections.abc import Callable
from pathlib import Path

import pytest

from connector.engine.stores import DYNAMODB
from connector.model.body import Body
from connector.model.connection import Phase
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from connector.store import connections
from connector.store.life import erasing
from connector.store.life.erasing import Erasing
from connector.store.table import Item
from tests.builders import an_intent
from tests.unit.store.test_connections import NOON, saved

CUSTOMER = RecordKey("customer", "1")
STORE = Path(connections.__file__).parent
KEYS = re.compile(r'key\((?:\w+\.)?connection_id, "([a-z-]+)"')
KINDS = {
    *erasing.ALONE,
    *erasing.BY_NAME,
    *erasing.BY_RUN,
    *erasing.BY_SCOPE,
    *erasing.KEPT,
    erasing.RUNS,
}


def test_every_kind_of_partition_is_known_to_be_erased_or_kept() -> None:
    made = {kind for one in STORE.rglob("*.py") for kind in KEYS.findall(one.read_text())}
    assert made == KINDS
    assert not {*erasing.KEPT} & {*erasing.ALONE, *erasing.BY_NAME, *erasing.BY_RUN}


def erase(connection_id: str, *, stop: Callable[[], bool] = lambda: False) -> bool:
    names = [CUSTOMER.entity, "push_customers"]
    return Erasing(connection_id, names, plans=lambda _: True, stop=stop).carry_out()


def left() -> set[str]:
    return {row.pk for row in Item.scan()}


@pytest.mark.usefixtures("table")
def test_what_is_erased_is_this_connection_alone_and_its_history_stays() -> None:
    store = DYNAMODB
    saved("c1", "913", phase=Phase.REVIEW)
    for connection_id in ("c1", "c12"):
        store.links.claim(connection_id, an_intent(CUSTOMER), before=None)
        store.places.keep(connection_id, {"1": {}})
        store.runs.begin(connection_id, "r1", found={}, now=NOON)
        told = RecordOutcome(
            run_id="r1", flow="push_customers", record_id="1", outcome=Outcome.CREATED, label=""
        )
        store.runs.record(connection_id, told)
    others = {one for one in left() if one.startswith("c12")}
    assert erase("c1")
    assert left() == others | {
        "c1",
        "c1#phases",
        "realm#913",
        "account#40321",
        "account-realms#40321",
    }
    assert connections.read("c1").phase is Phase.REVIEW


@pytest.mark.usefixtures("table")
def test_erasing_goes_on_where_it_was_stopped() -> None:
    places: dict[str, dict[str, Body]] = {str(number): {} for number in range(250)}
    DYNAMODB.places.keep("c1", places)

    def begun() -> bool:
        return len(DYNAMODB.places.read_many("c1", places)) < len(places)

    assert not erase("c1", stop=begun)
    assert DYNAMODB.places.read_many("c1", places)
    assert erase("c1")
    assert left() == set()


@pytest.mark.usefixtures("table")
def test_a_run_is_forgotten_last_where_erasing_is_stopped_at_what_is_left_of_it() -> None:
    store = DYNAMODB
    store.runs.begin("c1", "r1", found={}, now=NOON)
    store.runs.save_progress("c1", "r1", "push_customers", "1")

    def at_the_run() -> bool:
        return store.runs.progress("c1", "r1", "push_customers") is None

    assert not erase("c1", stop=at_the_run)
    assert left() == {"c1#run"}
    assert erase("c1")
    assert left() == set()
