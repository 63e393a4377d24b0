import pytest

from connector.entities.customers.hierarchy import HIERARCHY
from connector.entities.customers.places import NAMED
from connector.entities.customers.pull import PULL
from connector.model.body import Body
from connector.model.plans import Reference
from connector.model.policy.settings import Settings
from tests.unit.entities.customers.quickbooks_records import ADDRESS, a_record, deep, under


@pytest.mark.parametrize(
    ("record", "label"),
    [
        (a_record(), 'customer "Blue Heron Plumbing"'),
        (
            under("Phase 2", "Harbor Cafe", "Kitchen"),
            'sub-customer "Harbor Cafe:Kitchen:Phase 2"',
        ),
        (
            a_record(DisplayName="Blue Heron Plumbing (deleted)", Active=False),
            'customer "Blue Heron Plumbing"',
        ),
        (
            a_record(DisplayName="Blue Heron Plumbing (deleted-1)", Active=False),
            'customer "Blue Heron Plumbing"',
        ),
    ],
)
def test_a_person_knows_it_by_its_name(record: Body, label: str) -> None:
    assert PULL.label(record) == label


def test_a_project_stays_in_quickbooks() -> None:
    project = under("Kitchen refit", "Harbor Cafe", IsProject=True)
    told = PULL.eligibility.skip_reason(project, Settings())
    assert told is not None
    assert "MobiWork has no projects" in told


def test_a_customer_called_null_stays_in_quickbooks() -> None:
    told = PULL.eligibility.skip_reason(a_record(DisplayName="null"), Settings())
    assert told is not None
    assert told.startswith('It is called "null" in QuickBooks, which is no name in MobiWork.')


@pytest.mark.parametrize("record", [a_record(), under("Kitchen", "Harbor Cafe")])
def test_every_other_customer_is_for_mobiwork(record: Body) -> None:
    assert PULL.eligibility.skip_reason(record, Settings()) is None


def test_a_sub_customer_waits_for_its_parent() -> None:
    waits_for = PULL.eligibility.needed(under("Phase 2", "Harbor Cafe", "Kitchen"), Settings())
    assert waits_for == (Reference("Customer", "7", 'customer "Kitchen"'),)


def test_a_sub_customer_further_down_waits_for_the_customer_at_the_top_too() -> None:
    waits_for = PULL.eligibility.needed(deep("Phase 2"), Settings())
    assert [one.label for one in waits_for] == [
        'customer "Harbor Cafe"',
        'customer "Kitchen refit"',
    ]


@pytest.mark.parametrize("chosen", ["sub-customer", ADDRESS])
def test_a_sub_customer_whose_top_is_not_known_is_refused_in_words(chosen: str) -> None:
    settings = Settings.model_validate({"sub_customers_as": chosen})
    told = HIERARCHY.problem(under("Phase 2", "Harbor Cafe", "Kitchen"), settings)
    assert told is not None
    assert told.startswith('It is a sub-customer of "Kitchen", which is a sub-customer itself.')
    assert 'Save "Kitchen" once more in QuickBooks' in told
    assert "What QuickBooks' sub-customers become in MobiWork" in told


@pytest.mark.parametrize(
    ("record", "chosen"),
    [
        (a_record(), "sub-customer"),
        (under("Kitchen", "Harbor Cafe"), "sub-customer"),
        (deep("Phase 2"), "sub-customer"),
        (under("Phase 2", "Harbor Cafe", "Kitchen"), NAMED),
    ],
)
def test_every_other_place_is_no_problem(record: Body, chosen: str) -> None:
    assert HIERARCHY.problem(record, Settings.model_validate({"sub_customers_as": chosen})) is None


def test_a_customer_of_its_own_waits_for_nobody() -> None:
    assert PULL.eligibility.needed(a_record(), Settings()) == ()
