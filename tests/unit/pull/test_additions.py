from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from connector.mobiwork.xml import RawRecord
from connector.model.worklist.causes import Kind
from connector.pull.worker import pull
from tests.builders import CONNECTION
from tests.fake_mobiwork import FakeMobiWorkAccount, lost
from tests.unit.engine.two_sides import PULL, TwoSides
from tests.unit.pull.items import ELBOW, pulled


def test_an_unheard_addition_is_not_made_twice(sides: TwoSides) -> None:
    sides.mobiwork.after = lost
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.pull("pull_products")
    assert (sides.mobiwork.adds, sides.owner("Item", number)) == (1, "p1")


def test_an_addition_whose_number_was_not_told_is_looked_up(sides: TwoSides) -> None:
    sides.mobiwork.tells_ids = False
    _, own = pulled(sides)
    assert own == "p1"


class KilledError(BaseException):
    pass


@pytest.mark.parametrize("step", ["intent saved", "answer received", "link saved", "item closed"])
def test_a_killed_worker_leaves_one_record(step: str) -> None:
    def kill(reached: str) -> None:
        if reached == step:
            raise KilledError

    sides = TwoSides(checkpoint=kill)
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    with pytest.raises(KilledError):
        sides.pull("pull_products")
    sides.checkpoint = lambda _step: None
    sides.pull("pull_products")
    assert len(sides.mobiwork.records_of["product"]) == 1
    assert sides.owner("Item", number) == "p1"
    assert sides.store.additions.under_way(CONNECTION, "Item", [number]) == {}


def test_a_mobiwork_that_answers_no_addition_is_left_alone_after_three(sides: TwoSides) -> None:
    for number in range(5):
        sides.in_quickbooks("Item", **(ELBOW | {"Name": f"Elbow no. {number}"}))
    sides.look("Item")
    sides.mobiwork.after = lost
    assert sides.pull("pull_products") == {"waiting": 5}
    assert sides.mobiwork.adds == 3
    sides.mobiwork.after, sides.run_id = lambda _entity: None, "r2"
    assert sides.pull("pull_products") == {"created": 5}
    assert sides.mobiwork.adds == 5


def test_a_record_that_another_worker_has_added_meanwhile_is_not_added_again(
    sides: TwoSides,
) -> None:
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    others = ["pull_products"]

    def claim_late() -> str:
        if others:
            sides.pull(others.pop())
        return "late"

    pull(PULL["pull_products"], sides.run(new_claim=claim_late))
    assert (sides.mobiwork.adds, sides.owner("Item", number)) == (1, "p1")
    assert sides.store.additions.under_way(CONNECTION, "Item", [number]) == {}


def test_an_addition_that_a_look_finds_ends_with_its_link() -> None:
    def kill(reached: str) -> None:
        if reached == "answer received":
            raise KilledError

    sides = TwoSides(checkpoint=kill)
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    with pytest.raises(KilledError):
        sides.pull("pull_products")
    sides.checkpoint = lambda _step: None
    sides.mobiwork.change("product", "p1", {"price": "9"})
    sides.look()
    sides.pull("pull_products")
    assert sides.owner("Item", number) == "p1"
    assert sides.store.additions.under_way(CONNECTION, "Item", [number]) == {}


def test_a_record_that_mobiwork_fails_on_again_and_again_is_put_before_a_person(
    sides: TwoSides,
) -> None:
    sides.mobiwork.before = lost
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    for run in range(12):
        sides.run_id = f"r{run}"
        sides.pull("pull_products")
        if "refused" in sides.left("pull_products").values():
            break
    outcome, said = sides.note("pull_products", number)
    assert (outcome, said) == (
        "refused",
        "MobiWork failed on it 20 times, although it works otherwise: MobiWork did not answer. See "
        "whether the record has anything unusual, such as a strange character, and correct it in "
        "QuickBooks; or try again later. Nothing is sent twice: MobiWork is asked for it first.",
    )


class BlindAccount(FakeMobiWorkAccount):
    def find_by_external_id(self, entity: str, external_id: str) -> list[RawRecord]:
        return []


def test_the_whole_list_is_read_where_the_filter_of_external_ids_finds_nothing() -> None:
    sides = TwoSides(mobiwork=BlindAccount(after=lost))
    pulled(sides)
    assert sides.mobiwork.adds == 1


class OtherSpelling(BlindAccount):
    """Shows external ids under one name only."""

    shows = "externalId"

    def records(
        self, entity: str, filters: Mapping[str, str] | None = None, **named: Any
    ) -> Iterator[RawRecord]:
        for one in super().records(entity, filters, **named):
            text = one.xml.replace("externalCustomerId", self.shows)
            yield RawRecord(entity, one.id, text.replace("externalProductId", self.shows))


@pytest.mark.parametrize("shows", ["externalId", "externalCustomerId"])
def test_an_external_id_is_seen_under_either_of_its_names(shows: str) -> None:
    sides = TwoSides(mobiwork=OtherSpelling(after=lost))
    sides.mobiwork.shows = shows  # type: ignore[attr-defined]
    sides.in_quickbooks("Customer", DisplayName="Blue Heron", CompanyName="Blue Heron")
    sides.look("Customer")
    sides.pull("pull_customers")
    assert (sides.mobiwork.adds, sides.owner("Customer", "1")) == (1, "c1")


class Disabling(BlindAccount):
    """Has all that is added disabled by a person at once, and lists such only where asked to."""

    def records(
        self, entity: str, filters: Mapping[str, str] | None = None, **named: Any
    ) -> Iterator[RawRecord]:
        if (filters or {}).get("disabled") == "true":
            yield from super().records(entity, filters, **named)


def test_what_was_disabled_in_mobiwork_meanwhile_is_not_added_again() -> None:
    sides = TwoSides(mobiwork=Disabling(after=lost))
    pulled(sides)
    assert sides.mobiwork.adds == 1


class HidingAccount(BlindAccount):
    def records(
        self, entity: str, filters: Mapping[str, str] | None = None, **_: object
    ) -> Iterator[RawRecord]:
        yield from ()


def test_what_mobiwork_took_and_does_not_show_is_put_before_a_person() -> None:
    sides = TwoSides(mobiwork=HidingAccount(tells_ids=False))
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.pull("pull_products")
    assert (sides.mobiwork.adds, sides.left("pull_products")) == (1, {number: "refused"})
    assert 'under the external id "1,QBO"' in sides.note("pull_products", number)[1]
    (item,) = sides.store.pending.read_all(CONNECTION, "pull_products")
    assert item.cause == Kind.MOBIWORK_IGNORED


def test_what_is_still_not_shown_when_a_person_tries_again_is_added_again() -> None:
    sides = TwoSides(mobiwork=HidingAccount(tells_ids=False))
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.pull("pull_products")
    sides.mobiwork.tells_ids = True
    sides.store.pending.replay(CONNECTION, "pull_products", number)
    sides.run_id = "r2"
    sides.pull("pull_products")
    assert (sides.mobiwork.adds, sides.owner("Item", number)) == (2, "p2")


def test_what_mobiwork_shows_later_is_linked_when_a_person_tries_again(sides: TwoSides) -> None:
    sides.mobiwork = HidingAccount(tells_ids=False)
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.pull("pull_products")
    sides.mobiwork = FakeMobiWorkAccount(records_of=sides.mobiwork.records_of)
    sides.store.pending.replay(CONNECTION, "pull_products", number)
    sides.run_id = "r2"
    sides.pull("pull_products")
    assert (sides.mobiwork.adds, sides.owner("Item", number)) == (0, "p1")
