"""A run that only plans reads both sides as they are, and writes on neither."""

from typing import Any

import pytest

from connector.engine.read_only import ReadOnlyMobiWork, ReadOnlyQuickBooks, WrittenInReviewError


class Asked:
    """Answers any call with its name and what it was told."""

    def __getattr__(self, name: str) -> Any:
        return lambda *told: (name, *told)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("supports", ("customer", "add")),
        ("records", ("customer", {"id": "1"})),
        ("find", ("customer", "1")),
        ("find_by_external_id", ("customer", "61")),
        ("external_id", ("customer", "61")),
    ],
)
def test_mobiwork_is_read_as_it_is(call: str, told: tuple[Any, ...]) -> None:
    account: Any = Asked()
    assert getattr(ReadOnlyMobiWork(account), call)(*told) == (call, *told)


@pytest.mark.parametrize(
    ("call", "told"), [("read", ("Customer", "61")), ("query", ("SELECT * FROM Customer",))]
)
def test_quickbooks_is_read_as_it_is(call: str, told: tuple[Any, ...]) -> None:
    company: Any = Asked()
    assert getattr(ReadOnlyQuickBooks(company), call)(*told) == (call, *told)


@pytest.mark.parametrize(
    ("call", "told", "named", "about_to"),
    [
        ("add", ("customer", "<x/>"), {"before_sending": print}, "add customer to MobiWork"),
        ("edit", ("customer", "1", {}), {}, "change customer 1 in MobiWork"),
        ("delete", ("customer", "1"), {}, "delete customer 1 in MobiWork"),
    ],
)
def test_mobiwork_is_never_written(
    call: str, told: tuple[Any, ...], named: dict[str, Any], about_to: str
) -> None:
    account: Any = Asked()
    with pytest.raises(WrittenInReviewError, match=f"was about to {about_to}. Nothing"):
        getattr(ReadOnlyMobiWork(account), call)(*told, **named)


@pytest.mark.parametrize(
    ("call", "told", "named", "about_to"),
    [
        ("create", ("Bill", {}), {"before_sending": print}, "create Bill in QuickBooks"),
        ("update", ("Bill", {}), {}, "update Bill in QuickBooks"),
        ("delete", ("Bill", "7"), {"sync_token": "0"}, "delete Bill 7 in QuickBooks"),
    ],
)
def test_quickbooks_is_never_written(
    call: str, told: tuple[Any, ...], named: dict[str, Any], about_to: str
) -> None:
    company: Any = Asked()
    with pytest.raises(WrittenInReviewError, match=f"was about to {about_to}. Nothing"):
        getattr(ReadOnlyQuickBooks(company), call)(*told, requestid="q1", **named)
