from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.errors import RemoteDownError
from connector.store import settings as saved
from connector.sync.company import refresh
from tests.builders import CONNECTION, a_company

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Down:
    """A QuickBooks that does not answer."""

    realm_id = "9130350000000001"

    def company_info(self) -> dict[str, Any]:
        raise RemoteDownError("QuickBooks does not answer.")

    preferences = company_info

    def query(self, statement: str) -> Iterator[dict[str, Any]]:
        raise RemoteDownError("QuickBooks does not answer.")


def test_what_is_remembered_serves_on_while_quickbooks_does_not_answer(table: None) -> None:
    saved.save_company(CONNECTION, a_company())
    refresh(CONNECTION, Down(), now=NOW)
    assert saved.read_company(CONNECTION) == a_company()


def test_a_company_that_was_never_read_cannot_be_planned_with(table: None) -> None:
    with pytest.raises(RemoteDownError):
        refresh(CONNECTION, Down(), now=NOW)
