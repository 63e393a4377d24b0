import pytest

from connector.errors import MissingMappingsError, Obstacle
from connector.model.worklist.causes import (
    TITLES,
    Kind,
    cause,
    from_words,
    of_mapping,
    of_setting,
    read,
)


def test_every_kind_of_cause_has_a_title_without_gaps() -> None:
    assert set(TITLES) == set(Kind)
    assert not [kind for kind in Kind if "{" in read(cause(kind, "Venmo")).title]


def test_a_key_says_its_kind_and_what_it_is_about() -> None:
    found = read(cause(Kind.PAYMENT_METHOD, "Venmo"))
    assert (found.setting, found.value) == ("payment_methods", "Venmo")
    assert found.title == 'QuickBooks has no payment method "Venmo"'


def test_a_cause_of_a_setting_names_it_as_a_person_knows_it() -> None:
    assert "Income Account" in read(str(of_setting("income_account", "Empty.").cause)).title
    mapped = read(str(of_mapping("expense_payments", "Amex", "Amex?").cause))
    assert (mapped.setting, mapped.value) == ("expense_payments", "Amex")


def test_of_several_obstacles_the_first_with_a_cause_is_the_cause() -> None:
    error = MissingMappingsError(["It has no lines.", of_setting("income_account", "Empty.")])
    assert error.cause == "setting|income_account"


def test_an_obstacle_reads_as_its_sentence() -> None:
    assert Obstacle("The books are closed.", Kind.CLOSED) == "The books are closed."


def test_a_key_that_nobody_knows_any_more_is_something_else() -> None:
    assert read("of-last-year|x").kind is Kind.OTHER


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        ('Refused. (QuickBooks says: "Duplicate Name", code 6240.)', "quickbooks|6240"),
        ("It is waiting for invoice 1042, which is not in QuickBooks yet.", "parent"),
        ('The setting "Income Account" is empty.', "setting"),
        ("It was deleted in QuickBooks (Invoice 9).", "gone-there"),
        ("Nobody knows.", "other"),
        (None, "other"),
    ],
)
def test_what_was_stored_without_a_cause_gets_one_from_its_words(
    reason: str | None, key: str
) -> None:
    assert from_words(reason) == key
