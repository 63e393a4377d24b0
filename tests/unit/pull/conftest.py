import pytest

from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()
