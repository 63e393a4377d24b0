"""A setting of few values is chosen from a list on the worklist, and refused in words."""

import pytest

from connector.api.worklist.fixes.settings import choices_for
from connector.errors import RequestError
from connector.model.worklist.causes import Kind, cause
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_company, a_customer, a_payment, settings
from tests.memory.store import in_memory
from tests.unit.api.desk import Desk
from tests.unit.engine.world import World

ON_ACCOUNT = "push_payments/901"


@pytest.fixture
def desk() -> Desk:
    """A payment on account that waits for the setting which says whether it is posted."""
    world = World()
    world.find(a_customer(), a_payment(invoiceId="null", customerId="700001"))
    world.push("customer", "payment")
    return Desk(world.store, world.quickbooks)


@pytest.mark.parametrize(
    ("setting", "labels"),
    [
        ("payments_on_account", ["yes"]),
        (
            "reimbursable_expenses",
            ["bill from the employee", "owed to the employee", "paid by the company"],
        ),
    ],
)
def test_a_setting_of_few_values_offers_those_that_it_does_not_say_already(
    setting: str, labels: list[str]
) -> None:
    store = in_memory()
    store.settings.save_settings(CONNECTION, settings(), saved_at="", saved_by="")
    found = choices_for(CONNECTION, cause(Kind.SETTING, setting), store=store)
    assert [one.label for one in found] == labels


def test_how_an_expense_is_paid_is_chosen_with_its_account_from_one_list(desk: Desk) -> None:
    named = cause(Kind.MAPPING, "expense_payments=Fleet Card")
    desk.store.settings.save_company(CONNECTION, a_company())
    offered = choices_for(CONNECTION, named, store=desk.store)
    assert ("CreditCard/41", "By credit card on Mastercard") in {
        (one.value, one.label) for one in offered
    }


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("yes please", 'one of these: yes, no. "yes please" is none of them.'),
        (" ", "Enter what to use"),
    ],
)
def test_what_is_no_value_of_a_setting_is_refused_in_words(
    desk: Desk, target: str, told: str
) -> None:
    with pytest.raises(RequestError) as refused:
        desk.fix(FixKind.CHOOSE, ON_ACCOUNT, target=target, preview=True)
    assert told in str(refused.value)
    assert "pydantic" not in str(refused.value)


def test_a_value_of_the_list_is_told_and_saved(desk: Desk) -> None:
    told = desk.fix(FixKind.CHOOSE, ON_ACCOUNT, target="true", preview=True)
    assert told.tells[0] == ('The setting "Push payments on account" changes from no to yes.')
    desk.fix(FixKind.CHOOSE, ON_ACCOUNT, target="true")
    assert desk.store.settings.read_settings(CONNECTION).payments_on_account is True
