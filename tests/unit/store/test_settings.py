from datetime import date

import pytest
from pynamodb.attributes import UnicodeAttribute

from bench.worklist import counted
from connector.errors import RetriableError, StaleVersionError
from connector.model.company import Company
from connector.model.policy.settings import SavedSettings, Settings
from connector.model.policy.widening import widened
from connector.store import settings as saved
from connector.store.packing import PackedAttribute
from connector.store.settings import CompanyRow, SettingsRow
from connector.store.table import Item
from tests.builders import a_company, settings

pytestmark = pytest.mark.usefixtures("table")


def save(chosen: Settings, saved_by: str = "connect") -> None:
    saved.save_settings("c1", chosen, saved_at="2026-03-02T12:00:00+00:00", saved_by=saved_by)


def test_a_connection_without_settings_has_the_defaults() -> None:
    assert saved.read_settings("c1") == Settings()


def test_settings_come_back_as_they_were_saved() -> None:
    chosen = settings(
        invoice_statuses=("Paid", "Invoiced"), send_tax=False, start_date=date(2026, 1, 1)
    )
    save(chosen)
    assert saved.read_settings("c1") == chosen


def test_every_save_is_counted_and_says_who_saved() -> None:
    save(settings())
    save(settings(income_account="79"), saved_by="bookkeeper")
    item = SettingsRow.get("c1#settings", "settings")
    assert (item.version, item.saved_by, item.saved_at) == (
        2,
        "bookkeeper",
        "2026-03-02T12:00:00+00:00",
    )


@pytest.mark.parametrize("before", [0, 1])
def test_before_the_first_version_there_is_none_and_the_table_is_not_asked_backwards(
    before: int,
) -> None:
    save(settings())
    with counted() as calls:
        assert saved.read_versions("c1", before=before, limit=5) == []
    assert calls == [], "DynamoDB refuses a range whose end is before its beginning"


def test_every_version_is_kept_and_read_the_latest_first() -> None:
    assert saved.read_saved("c1") == SavedSettings(Settings())
    made = [
        SavedSettings(
            settings(deposit_account=own),
            version,
            "2026-03-02T12:00:00+00:00",
            who,
            to_compare=dict.fromkeys(widened(Settings(), settings()), 1),
        )
        for version, (own, who) in enumerate([("79", "ann"), ("80", "bob"), ("82", "eve")], 1)
    ]
    for one in made:
        save(one.settings, saved_by=one.saved_by or "")
    assert saved.read_saved("c1") == made[2]
    assert saved.read_versions("c1", limit=5) == made[::-1]
    assert saved.read_versions("c1", limit=2) == [made[2], made[1]]
    assert saved.read_versions("c1", before=3, limit=5) == [made[1], made[0]]
    assert saved.read_versions("c1", before=2, limit=5) == [made[0]]
    assert saved.read_versions("c1", before=1, limit=5) == []


def test_who_changes_a_version_that_is_not_the_newest_is_told() -> None:
    for version, own in ((0, "79"), (1, "80")):
        saved.save_settings(
            "c1", settings(income_account=own), saved_at="", saved_by="", version=version
        )
    with pytest.raises(StaleVersionError) as raised:
        saved.save_settings("c1", settings(), saved_at="", saved_by="", version=1)
    assert str(raised.value) == saved.STALE
    assert saved.read_settings("c1").income_account == "80"


def test_settings_of_another_connection_are_not_seen() -> None:
    save(settings())
    assert saved.read_settings("c2") == Settings()


def test_a_company_that_was_never_read_is_none() -> None:
    assert saved.read_company("c1") is None


def test_a_company_comes_back_as_it_was_read() -> None:
    saved.save_company("c1", a_company())
    assert saved.read_company("c1") == a_company()


def test_of_two_saves_at_once_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    save(settings())
    read = saved._read_settings

    def read_then_others_save(connection_id: str) -> SettingsRow | None:
        row = read(connection_id)
        monkeypatch.undo()
        save(settings(income_account="79"), saved_by="somebody else")
        return row

    monkeypatch.setattr(saved, "_read_settings", read_then_others_save)
    with pytest.raises(StaleVersionError, match="Someone else just saved"):
        save(settings(income_account="80"))
    assert saved.read_settings("c1").income_account == "79"


def test_a_change_of_the_company_starts_again_when_it_was_saved_meanwhile() -> None:
    saved.save_company("c1", a_company(name="First"))
    seen: list[str] = []

    def rename(company: Company) -> Company:
        seen.append(company.name)
        if len(seen) == 1:
            saved.save_company("c1", a_company(name="Second", edition="Plus"))
        return company.model_copy(update={"name": f"{company.name} Inc."})

    saved.change_company("c1", rename)
    found = saved.read_company("c1")
    assert found
    assert (seen, found.name, found.edition) == (["First", "Second"], "Second Inc.", "Plus")


class RowOfBefore(Item):
    """A company as it was kept, with a mark instead of a version."""

    company = PackedAttribute()
    mark = UnicodeAttribute()


def test_nothing_is_changed_of_a_company_that_was_never_read() -> None:
    saved.change_company("c1", lambda one: one.model_copy(update={"name": "Harbor"}))
    assert saved.read_company("c1") is None


def test_a_company_that_is_changed_all_the_time_is_tried_five_times() -> None:
    saved.save_company("c1", a_company())
    tried: list[str] = []

    def overtaken(company: Company) -> Company:
        tried.append(company.name)
        saved.save_company("c1", a_company(name=f"{company.name}!"))
        return company.model_copy(update={"name": "Late"})

    with pytest.raises(RetriableError, match="changed all the time"):
        saved.change_company("c1", overtaken)
    assert tried == ["Harbor Books" + "!" * times for times in range(5)]


def test_what_was_never_read_of_a_company_is_not_there_after_a_change_either() -> None:
    known = a_company().model_dump(mode="json", exclude={"edition", "terms"})
    RowOfBefore(pk="c1#company", sk="company", company=known, mark="f3a9").save()
    saved.change_company("c1", lambda one: one.model_copy(update={"name": "Harbor"}))
    assert CompanyRow.get("c1#company", "company").company == known | {"name": "Harbor"}


def test_the_facts_that_refusals_were_planned_with_are_remembered() -> None:
    assert saved.planned_with("c1") is None
    saved.note_planned_with("c1", "f3a9")
    assert (saved.planned_with("c1"), saved.planned_with("c2")) == ("f3a9", None)


def test_a_company_that_an_older_version_kept_can_be_changed() -> None:
    kept = a_company().model_dump(mode="json")
    RowOfBefore(pk="c1#company", sk="company", company=kept, mark="f3a9").save()
    saved.change_company("c1", lambda one: one.model_copy(update={"name": "Harbor"}))
    found = saved.read_company("c1")
    assert found
    assert found.name == "Harbor"
