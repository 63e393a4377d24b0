from collections.abc import Mapping
from typing import Any

import pytest
import requests

from connector.mobiwork.client import MobiWork
from connector.quickbooks.query import select
from tests.builders import CONNECTION, settings
from tests.e2e.both_sides import BothSides
from tests.e2e.conftest import Judge

SUB, NAMED = "sub-customer", "customer named Parent:Child"


class Office(BothSides):
    """Both sides, with an accountant who works on customers."""

    def enter(self, name: str, parent: str = "", **members: object) -> str:
        """Enter a customer in QuickBooks, below another one if there is one."""
        place = {"Job": True, "ParentRef": {"value": parent}} if parent else {}
        body = {"DisplayName": name, "CompanyName": name} | place | members
        return str(self.person_there("create", entity="Customer", body=body)["Id"])

    def edit(self, number: str, **members: object) -> None:
        """Change a customer in QuickBooks."""
        self.person_there("edit", entity="Customer", id=number, body=members)

    def put_below(self, number: str, parent: str, **members: object) -> None:
        """Move a customer below another one in QuickBooks."""
        self.edit(number, Job=True, ParentRef={"value": parent}, **members)

    def shown(self) -> dict[str, tuple[str, str, str]]:
        """Return MobiWork's customers by name: below whom, who is billed, and under which id."""
        rows = self.records_here("customer")
        names = {own: str(row["companyName"]) for own, row in rows.items()} | {"": ""}
        return {
            names[own]: (names[_text(row, "parentCustomerId")], _payer(row, names), own)
            for own, row in rows.items()
        }

    def places(self) -> dict[str, tuple[str, str]]:
        """Return MobiWork's customers by name: below whom, and who is billed."""
        return {name: told[:2] for name, told in self.shown().items()}

    def tokens(self) -> dict[str, str]:
        """Return the versions of QuickBooks' customers."""
        return {one["Id"]: one["SyncToken"] for one in self.quickbooks.query(select("Customer"))}


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "")


def _payer(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    own = {"OTHER": "billToCustomerId", "PARENT": "parentCustomerId"}.get(_text(row, "billTo"), "")
    return names[_text(row, own)]


@pytest.fixture
def chosen(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", SUB))


@pytest.fixture
def office(judge: Judge, account: tuple[str, MobiWork], chosen: str) -> Office:
    judge.admin("reset", {})
    requests.post(f"{account[0]}/_sim/reset", params={"empty": "true"}, timeout=60)
    office = Office(
        connection_id=CONNECTION,
        quickbooks=judge.client,
        quickbooks_url=judge.url,
        mobiwork=account[1],
        mobiwork_url=account[0],
        chosen=settings(sub_customers_as=chosen, push_sub_customers=True),
    )
    office.rest()
    return office


def at_rest(office: Office) -> bool:
    """Tell whether two more turns write nothing."""
    before = office.writes()
    office.turn()
    office.turn()
    return office.writes() == before


def test_sub_customers_of_any_depth_stand_below_the_top(office: Office) -> None:
    top = office.enter("Heron Inn")
    kitchen = office.enter("Kitchen", top, BillWithParent=True)
    sink = office.enter("Sink", kitchen, BillWithParent=True)
    office.enter("Tap", sink)
    office.turn()
    told = office.places()
    assert {name: told[name] for name in ("Kitchen", "Kitchen:Sink", "Kitchen:Sink:Tap")} == {
        "Kitchen": ("Heron Inn", "Heron Inn"),
        "Kitchen:Sink": ("Heron Inn", "Kitchen"),
        "Kitchen:Sink:Tap": ("Heron Inn", ""),
    }
    assert at_rest(office)


def test_whoever_moves_in_quickbooks_moves_in_mobiwork_with_all_below(office: Office) -> None:
    top, other = office.enter("Heron Inn"), office.enter("Otter Inn")
    kitchen = office.enter("Kitchen", top)
    office.enter("Sink", kitchen)
    office.turn()
    own = {name: told[2] for name, told in office.shown().items()}
    office.put_below(kitchen, other, BillWithParent=True)
    before = office.tokens()
    office.turn()
    told = office.shown()
    assert told["Kitchen"] == ("Otter Inn", "Otter Inn", own["Kitchen"])
    assert told["Kitchen:Sink"] == ("Otter Inn", "", own["Kitchen:Sink"])
    assert (office.tokens(), at_rest(office)) == (before, True)


def test_a_customer_becomes_a_sub_customer_and_one_of_its_own_again(office: Office) -> None:
    top, number = office.enter("Heron Inn"), office.enter("Kitchen")
    office.turn()
    office.put_below(number, top, BillWithParent=True)
    office.turn()
    assert office.places()["Kitchen"] == ("Heron Inn", "Heron Inn")
    office.edit(number, Job=False)
    office.turn()
    assert office.places()["Kitchen"] == ("", "")
    assert at_rest(office)


@pytest.mark.parametrize("chosen", [NAMED], indirect=True)
def test_whoever_is_named_after_a_parent_is_renamed_with_it(office: Office) -> None:
    top = office.enter("Heron Inn")
    kitchen = office.enter("Kitchen", top)
    office.enter("Sink", kitchen)
    office.turn()
    own = {name: told[2] for name, told in office.shown().items()}
    office.edit(top, DisplayName="Otter Inn", CompanyName="Otter Inn")
    before = office.tokens()
    office.turn()
    told = office.shown()
    assert told["Otter Inn:Kitchen"][2] == own["Heron Inn:Kitchen"]
    assert told["Otter Inn:Kitchen:Sink"][2] == own["Heron Inn:Kitchen:Sink"]
    assert (office.tokens(), at_rest(office)) == (before, True)


@pytest.mark.parametrize("chosen", [NAMED], indirect=True)
def test_whoever_moves_is_named_after_the_new_parent(office: Office) -> None:
    top, other = office.enter("Heron Inn"), office.enter("Otter Inn")
    number = office.enter("Kitchen", top)
    office.turn()
    office.put_below(number, other)
    office.turn()
    assert "Otter Inn:Kitchen" in office.places()
    office.edit(number, Job=False)
    office.turn()
    assert "Kitchen" in office.places()
    assert at_rest(office)


def test_a_sub_customer_that_moves_in_mobiwork_moves_in_quickbooks(office: Office) -> None:
    top, other = office.enter("Heron Inn"), office.enter("Otter Inn")
    number = office.enter("Kitchen", top)
    office.turn()
    told = office.shown()
    office.person_here(
        "PATCH", "customer", told["Kitchen"][2], parentCustomerId=told["Otter Inn"][2]
    )
    office.turn()
    assert office.quickbooks.read("Customer", number)["ParentRef"]["value"] == other
    assert at_rest(office)
