"""Random histories: edits on both sides, looks, runs that pull and push, deaths, lost answers."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from connector.engine.stores import Store
from connector.engine.three_way_merge import differing_fields, mobiwork_values, quickbooks_values
from connector.entities.registry import PULLS
from connector.model.links import Link
from connector.model.pending import Need
from connector.pull.mobiwork_records import parse
from tests.builders import CONNECTION, a_product
from tests.builders import settings as the_settings
from tests.crash.tally import HISTORIES, Tally
from tests.fake_mobiwork import lost, nothing
from tests.fakes import lost_answer
from tests.memory.store import ALWAYS_LIVE, in_memory
from tests.mocked_aws import an_empty_table
from tests.unit.engine.two_sides import TwoSides

PRODUCTS = next(flow for flow in PULLS if flow.name == "pull_products")
FLOWS = ("pull_products", "push_products")
STEPS: Counter[str] = Counter()
MOST_RUNS = 12

names = st.sampled_from(["Copper elbow", "Brass valve", "Ball valve", "Gate valve"])
numbers = st.integers(1, 4)
firsts = st.integers(1, 2)


class KilledError(BaseException):
    """The worker died."""


class Nth:
    """Does something at the n-th call, and at that one only."""

    def __init__(self, number: int, effect: Callable[..., None]) -> None:
        self.left, self.effect = number, effect

    def __call__(self, *told: Any) -> None:
        """Count a call."""
        self.left -= 1
        if not self.left:
            self.effect(*told)


def die(_step: str) -> None:
    raise KilledError


class Histories(RuleBasedStateMachine):
    """What may happen in any order; `teardown` brings all to rest and looks at everything."""

    @initialize(winner=st.sampled_from(["QuickBooks wins", "MobiWork wins", "ask"]))
    def begin(self, winner: str) -> None:
        self.ending = ExitStack()
        self.runs: Iterator[int] = count(1)
        chosen = the_settings(on_conflict=winner)
        self.sides = TwoSides(settings=chosen, store=self.open_store())
        self.the_accountant_enters_an_item("Copper elbow", 1)
        self.somebody_enters_a_product("Brass valve", 1)

    def open_store(self) -> Store:
        return in_memory()

    @rule(name=names, number=numbers)
    def the_accountant_enters_an_item(self, name: str, number: int) -> None:
        if all(one["Name"] != name for one in self._items()):
            price = Decimal(number)
            self.sides.in_quickbooks(
                "Item", Name=name, Type="NonInventory", UnitPrice=price, Taxable=True
            )

    @rule(name=names, number=numbers)
    def the_accountant_changes_a_price(self, name: str, number: int) -> None:
        for one in self._items():
            if one["Name"] == name:
                self.sides.quickbooks.edit("Item", one["Id"], UnitPrice=Decimal(f"{number}.25"))

    @rule(name=names, number=numbers)
    def the_accountant_changes_a_description(self, name: str, number: int) -> None:
        for one in self._items():
            if one["Name"] == name:
                self.sides.quickbooks.edit("Item", one["Id"], Description=f"No. {number}")

    @rule(name=names, number=numbers)
    def somebody_enters_a_product(self, name: str, number: int) -> None:
        if not self._products(name):
            own = f"3070{len(self.sides.mobiwork.records_of.get('product', {}))}"
            self.sides.mobiwork.put(a_product(own, name=name, price=f"{number}.75"))

    @rule(name=names, number=numbers)
    def somebody_changes_a_price(self, name: str, number: int) -> None:
        for own in self._products(name):
            self.sides.mobiwork.change("product", own, {"price": f"{number}.50"})

    @rule(name=names, number=numbers)
    def somebody_changes_a_sku(self, name: str, number: int) -> None:
        for own in self._products(name):
            self.sides.mobiwork.change("product", own, {"sku": f"CE-{number}"})

    @rule()
    def the_schedule_looks(self) -> None:
        self._next()
        self.sides.look("Item")

    @rule()
    def a_webhook_comes_twice(self) -> None:
        self.sides.tell("Item")
        self.sides.tell("Item")

    @rule(look=st.booleans())
    def a_run(self, look: bool) -> None:
        self._next()
        if look:
            self.sides.look("Item")
        self.sides.pull("pull_products")
        self.sides.push("product")

    @rule(step=st.integers(1, 8), look=st.booleans())
    def a_run_dies(self, step: int, look: bool) -> None:
        self._one_more_item()
        self.sides.checkpoint = Nth(step, die)
        try:
            self.a_run(look)
        except KilledError:
            STEPS.update(deaths=1)
        finally:
            self.sides.checkpoint = nothing

    @rule(number=firsts, after=st.booleans(), look=st.booleans())
    def a_run_loses_an_answer_of_mobiwork(self, number: int, after: bool, look: bool) -> None:
        self._one_more_item()
        setattr(self.sides.mobiwork, "after" if after else "before", Nth(number, lost))
        self.a_run(look)
        self.sides.mobiwork.after = self.sides.mobiwork.before = nothing

    @rule(number=firsts)
    def a_run_loses_an_answer_of_quickbooks(self, number: int) -> None:
        before, self.sides.quickbooks.after = (
            self.sides.quickbooks.after,
            Nth(number, lost_answer),
        )
        self.a_run(look=True)
        self.sides.quickbooks.after = before

    @rule()
    def mobiwork_answers_with_messages_only(self) -> None:
        self.sides.mobiwork.tells_ids = False
        self.a_run(look=True)
        self.sides.mobiwork.tells_ids = True

    @rule()
    def a_person_tries_all_again(self) -> None:
        for flow in FLOWS:
            for item in list(self.sides.store.pending.worklist(CONNECTION, flow)):
                self.sides.store.pending.replay(CONNECTION, flow, item.record_id)

    @invariant()
    def no_item_is_in_mobiwork_twice(self) -> None:
        if hasattr(self, "sides"):
            STEPS.update(steps=1)
            products = self.sides.mobiwork.records_of.get("product", {}).values()
            named = Counter(text for one in products if (text := one.findtext("externalId")))
            assert not [text for text, often in named.items() if often > 1], named

    def teardown(self) -> None:
        if not hasattr(self, "sides"):
            return
        with self.ending:
            STEPS.update(histories=1)
            self._comes_to_rest()
            self.no_item_is_in_mobiwork_twice()
            items = [one["Id"] for one in self._items()]
            begun = self.sides.store.additions.under_way(CONNECTION, "Item", items)
            assert not begun, "an addition is left begun"
            for item in self._items():
                self._is_accounted_for(item)
            self._stays_at_rest()

    def _comes_to_rest(self) -> None:
        for _ in range(MOST_RUNS):
            self.a_run(look=True)
            needs = [self.sides.store.pending.need(CONNECTION, one) for one in FLOWS]
            if Need.START not in needs:
                return
        raise AssertionError("there is always something to do")

    def _stays_at_rest(self) -> None:
        before = self._written()
        self.a_run(look=True)
        assert self._written() == before, "an idle run writes"

    def _written(self) -> tuple[Any, ...]:
        mobiwork, tokens = self.sides.mobiwork, [one["SyncToken"] for one in self._items()]
        return mobiwork.adds, mobiwork.edits, self.sides.quickbooks.creates, tokens

    def _is_accounted_for(self, item: dict[str, Any]) -> None:
        owner = self.sides.store.links.owner_of(CONNECTION, "Item", item["Id"])
        told = self._listed("pull_products")
        if owner is None:
            assert item["Id"] in told, f"item {item['Id']} is lost"
            return
        link = self.sides.link(*owner)
        assert link.quickbooks_id == item["Id"]
        others = self.sides.store.links.read_beginning(CONNECTION, "product", "")
        same = [
            own
            for (_, own), one in others.items()
            if isinstance(one, Link) and one.quickbooks_id == item["Id"]
        ]
        assert same == [owner.mobiwork_id]
        told |= self._listed("push_products")
        different = self._different(owner[1], item)
        assert not different or {item["Id"], owner[1]} & told, different

    def _listed(self, flow: str) -> set[str]:
        kept = self.sides.store.pending
        return {one.record_id for one in kept.worklist(CONNECTION, flow)}

    def _different(self, own: str, item: dict[str, Any]) -> tuple[str, ...]:
        raw = self.sides.mobiwork.find("product", own)
        assert raw is not None
        in_mobiwork = mobiwork_values(PRODUCTS.fields, parse(PRODUCTS, raw))
        return differing_fields(
            PRODUCTS.fields, in_mobiwork, quickbooks_values(PRODUCTS.fields, item)
        )

    def _items(self) -> list[dict[str, Any]]:
        return self.sides.quickbooks.records.get("Item", [])

    def _products(self, name: str) -> list[str]:
        found = self.sides.mobiwork.records_of.get("product", {})
        return [own for own, one in found.items() if one.findtext("name") == name]

    def _one_more_item(self) -> None:
        """Let QuickBooks tell of a new item, so that trouble meets an addition."""
        number = len(self._items())
        self.sides.in_quickbooks("Item", Name=f"Item {number}", Type="NonInventory", Taxable=True)
        self.sides.tell("Item")

    def _next(self) -> None:
        self.sides.run_id = f"r{next(self.runs):04}"


class HistoriesOnATable(Histories):
    """The same with the real store, on a table for each history."""

    def open_store(self) -> Store:
        self.ending.enter_context(an_empty_table())
        return ALWAYS_LIVE


def explore(tally: Tally, histories: type[Histories], examples: int, steps: int) -> None:
    STEPS.clear()
    run_state_machine_as_test(
        histories,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    tally.note(HISTORIES, dict(STEPS))


@pytest.mark.timeout(900)
def test_no_history_of_pulls_and_pushes_doubles_loses_or_misplaces_a_record(tally: Tally) -> None:
    explore(tally, Histories, examples=50, steps=12)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_no_long_history_of_pulls_and_pushes_doubles_loses_or_misplaces_a_record(
    tally: Tally,
) -> None:
    explore(tally, HistoriesOnATable, examples=80, steps=30)
