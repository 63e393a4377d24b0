from collections import Counter
from typing import Any

import pytest

from connector.model.matching.comparison import Grade
from tests.unit.changes.dirty import DirtyCompany
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


@pytest.mark.case("F7e")
def test_invoices_are_read_once_more_for_all_payments_whatever_these_are_compared_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """MobiWork's payments name their invoices only, which tell the customers."""
    found, reads = looking(DirtyCompany(1).sides), Counter[str]()
    kept = type(found.store.matches)
    read_facts = kept.read_facts

    def counted(self: Any, connection_id: str, target: str) -> Any:
        reads[target] += 1
        return read_facts(self, connection_id, target)

    monkeypatch.setattr(kept, "read_facts", counted)
    found.look()
    assert reads["Invoice"] <= 3
