"""Both sides of a record when a person has them read at this moment."""

from dataclasses import dataclass
from typing import Any, cast

import pytest

from connector.api.runs.both_sides import Both
from connector.errors import RejectedError
from connector.mobiwork.xml import RawRecord
from connector.model.links import Link, Origin, RecordKey
from connector.model.tracking.sides import SideRow
from connector.services import Services
from connector.store.life.rows import ConnectionRow
from connector.store.table import key
from tests.builders import CONNECTION, a_customer

pytestmark = pytest.mark.usefixtures("table")

LINK = Link(
    owner=RecordKey("customer", "700001"),
    target="Customer",
    quickbooks_id="58",
    sync_token="0",  # noqa: S106 - a version
    content_hash=None,
    base={},
    origin=Origin.CREATED,
    in_mobiwork={"e-mail": "a@x.example"},
    in_quickbooks={"e-mail": "a@x.example"},
)


@dataclass
class Sides:
    """Both remotes: MobiWork has the record or not, and QuickBooks refuses with a code."""

    here: RawRecord | None
    code: str

    def mobiwork(self, _connection: object) -> "Sides":
        return self

    def quickbooks(self, *_ids: str, urgent: bool) -> "Sides":
        assert urgent, "a person waits"
        return self

    def find(self, _entity: str, _record_id: str) -> RawRecord | None:
        return self.here

    def read(self, _target: str, _record_id: str) -> Any:
        raise RejectedError("It is not to be had.", code=self.code)


def rows_of(sides: Sides) -> dict[str, SideRow]:
    ConnectionRow(
        pk=key(CONNECTION),
        sk="connection",
        realm_id="913",
        company_name="Harbor Books",
        mobiwork_client_id="40321",
        mobiwork_version="10.0.78",
        state="active",
    ).save()
    both = Both(cast(Services, sides), CONNECTION, "push_customers", None, None, now=True)
    return {one.name: one for one in both.fields("customer", "700001", LINK)}


def test_what_is_gone_in_quickbooks_is_not_told_as_it_was_agreed_on() -> None:
    rows = rows_of(Sides(a_customer(), code="610"))
    there = rows["record"]
    assert (there.mobiwork, there.quickbooks, there.differs) == ("is there", "is not there", True)
    assert {one.quickbooks for name, one in rows.items() if name != "record"} == {None}


def test_what_is_gone_in_mobiwork_is_not_told_as_it_was_agreed_on() -> None:
    rows = rows_of(Sides(None, code="610"))
    assert rows.pop("record").mobiwork == "is not there"
    assert {one.mobiwork for one in rows.values()} == {None}


def test_where_quickbooks_does_not_say_nothing_is_told_of_it() -> None:
    with pytest.raises(RejectedError):
        rows_of(Sides(a_customer(), code="5010"))
