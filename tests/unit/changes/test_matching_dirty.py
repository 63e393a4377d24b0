import pytest

from connector.model.matching.comparison import Grade
from tests.unit.changes.dirty import DirtyCompany
from tests.unit.changes.looked import looking


@pytest.mark.case("F1m")
@pytest.mark.case("F4a")
@pytest.mark.case("F4b")
@pytest.mark.parametrize("seed", range(3))
def test_in_a_dirty_company_nothing_is_linked_wrongly_and_what_is_there_is_asked_about(
    seed: int,
) -> None:
    company = DirtyCompany(seed)
    found = looking(company.sides)
    found.look()
    matches = {(one.owner.entity, one.owner.mobiwork_id): one for one in found.matches()}
    sure = {Grade.CERTAIN, Grade.LIKELY}
    wrong = [
        own
        for own, one in matches.items()
        if one.grade in sure and one.quickbooks_ids[0] not in company.truth.get(own, ())
    ]
    assert wrong == []
    assert company.truth.keys() - matches.keys() == set()
