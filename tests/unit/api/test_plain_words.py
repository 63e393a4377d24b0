"""No text that a bookkeeper reads of the sample company holds a word or hash of a program."""

from collections.abc import Iterator

import pytest

from connector.changes.mobiwork import find_changes
from connector.entities.registry import PUSHES
from connector.push.worker import push
from simulators.mobiwork import sample
from tests.builders import CONNECTION
from tests.refusals.walking import company, plain
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import CHOSEN, Simulated, settings


@pytest.fixture(scope="module")
def world() -> Simulated:
    world = Simulated()
    company(world, tax_override="alone", custom_txn_numbers=True, custom_purchase_numbers=True)
    world.save(settings(capabilities=CHOSEN["capabilities"]))
    sample.fill(world.mobiwork.account.store, seed=7, trouble=True)
    find_changes(CONNECTION, world.mobiwork, world.store)
    for flow in PUSHES:
        push(flow, world.run(remaining=lambda: 900.0))
    return world


def told(world: Simulated) -> Iterator[str]:
    for flow in PUSHES:
        for one in world.store.runs.outcomes(CONNECTION, world.run_id, flow.name):
            yield one.note or ""
    desk = Desk(world.store, world.quickbooks)
    for cause in desk.worklist().causes:
        yield cause.title
    for entry in desk.entries():
        yield from (entry.why, *(one.label for one in entry.fixes))


@pytest.mark.case("M34h")
def test_what_the_sample_company_tells_is_in_plain_words(world: Simulated) -> None:
    texts = [*told(world)]
    assert len([*filter(None, texts)]) > 150
    assert [one for one in texts if not plain(one)] == []


@pytest.mark.case("M34h")
@pytest.mark.parametrize(
    "text",
    [
        "The AllowOnlineACHPayment was on and is off now.",
        "create as planned (1705c8ee16f3)",
        "The mark was True and is False now.",
    ],
)
def test_what_only_a_program_says_is_not_plain(text: str) -> None:
    assert not plain(text)


def test_numbers_and_names_are_plain() -> None:
    assert plain("Invoice 12345678 of MobiWork is Invoice 61 of QuickBooks: 9,876.54, chk 1044.")
