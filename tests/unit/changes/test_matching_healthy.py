import pytest

from connector.model.matching.comparison import Grade
from tests.unit.changes.healthy import HealthyCompany
from tests.unit.changes.looked import looking

MOST_IN_VAIN = 0.01
"""A question is cheap, but not for nothing: of all documents so many are asked about in vain."""


@pytest.mark.case("F7e")
@pytest.mark.parametrize("own_numbers", [False, True])
def test_in_a_healthy_company_hardly_any_document_is_asked_about_in_vain(
    *, own_numbers: bool
) -> None:
    company = HealthyCompany(1, own_numbers=own_numbers)
    found = looking(company.sides)
    found.look()
    vain = [
        one
        for one in found.matches()
        if one.candidates and (one.owner.entity, one.owner.mobiwork_id) in company.missing
    ]
    assert len(vain) < MOST_IN_VAIN * company.documents
    assert [one for one in vain if one.grade is Grade.CERTAIN] == []
