from connector.changes.backfill import ORDER, TAXES
from connector.entities.recognitions import RECOGNITIONS
from connector.entities.registry import (
    ADDED,
    BY_ENTITY,
    CHAINS,
    DOCUMENTS,
    IN_PIECES,
    POSTED_ONCE,
    PULL_NAMED,
    PULL_OF,
    PULLED_LISTS,
    PULLS,
    PUSH_NAMED,
    PUSHED_BY,
    PUSHED_LISTS,
    PUSHES,
)
from connector.mobiwork import endpoints


def test_flows_stand_under_their_names() -> None:
    assert {name: flow.name for name, flow in PUSH_NAMED.items()} == {
        name: name for name in PUSH_NAMED
    }
    assert {name: pull.name for name, pull in PULL_NAMED.items()} == {
        name: name for name in PULL_NAMED
    }


def test_what_is_said_of_flows_without_loading_them_is_what_they_say() -> None:
    documents = [flow for flow in PUSHES if not flow.fields]

    assert {one: flow.name for flow in PUSHES for one in flow.link_entities} == PUSHED_BY
    assert {entity: flow.name for entity, flow in BY_ENTITY.items()} == PUSHED_BY
    assert {pull.source: pull.name for pull in PULLS if pull.adds} == ADDED
    assert {push: pull.name for push, pull in PULL_OF.items()} == {
        pull.push: pull.name for pull in PULLS if pull.push and pull.adds
    }
    assert tuple(flow.name for flow in PUSHES if flow.fields) == PUSHED_LISTS
    assert tuple(pull.name for pull in PULLS if not pull.splitting) == PULLED_LISTS
    assert tuple(flow.name for flow in documents) == POSTED_ONCE
    assert tuple(dict.fromkeys(one for flow in documents for one in flow.targets)) == DOCUMENTS
    assert {pull.source for pull in PULLS if pull.splitting} == IN_PIECES
    assert {name for chain in CHAINS for name in chain} < {*POSTED_ONCE}


def test_every_list_is_pulled_from_its_beginning_in_the_order_of_the_registry() -> None:
    lists = dict.fromkeys(PULL_NAMED[name].source for name in PULLED_LISTS)

    assert (*ORDER, TAXES) == (*(one for one in lists if one != TAXES), TAXES)


def test_mobiwork_has_the_calls_that_each_flow_needs_at_least() -> None:
    needed = {(flow.entity, "list") for flow in PUSHES}
    needed |= {(pull.entity, call) for pull in PULLS for call in ("list", "add") if pull.adds}

    assert needed - endpoints.registry().keys() == set()


def test_every_recognition_is_there() -> None:
    assert RECOGNITIONS.keys() <= PUSH_NAMED.keys()
    assert all(RECOGNITIONS[name].here for name in RECOGNITIONS)
