from pathlib import Path

import pytest

from simulators.mobiwork import admin
from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.registry import ENDPOINTS, find, matching
from simulators.mobiwork.special import OPERATIONS, operation_of
from simulators.mobiwork.switches import NAMES_OF_SWITCHES

README = Path(admin.__file__).with_name("README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES_OF_SWITCHES)
def test_every_switch_is_documented(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("path", sorted({path.split("/")[0] for _, path, _ in admin.ROUTES}))
def test_every_admin_call_is_documented(path: str) -> None:
    assert f"/_sim/{path}" in README


def test_every_endpoint_is_found_by_its_path() -> None:
    assert [find(one.path.format(id="7")) for one in ENDPOINTS] == [
        (one, "7" if "{id}" in one.path else "") for one in ENDPOINTS
    ]


def test_every_endpoint_has_an_entity_and_an_operation() -> None:
    assert {one.entity for one in ENDPOINTS} == {"", *ENTITIES}
    assert all(operation_of(one) in OPERATIONS.values() for one in ENDPOINTS)


def test_endpoint_names_are_unique() -> None:
    assert len({one.name for one in ENDPOINTS}) == len(ENDPOINTS)


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("invoice.edit", 1), ("tax.*", 2), ("*.updateIntegrationStatus", 3), ("moon.*", 0)],
)
def test_a_pattern_names_endpoints(pattern: str, count: int) -> None:
    assert len(matching(pattern)) == count


def test_assumed_names_the_endpoints_without_a_page() -> None:
    assert "customer.view" not in matching("assumed")
    assert "vendor.list" in matching("assumed")
