import pytest

from connector.errors import StaleVersionError
from connector.model.policy.settings import Settings
from connector.store import settings as saved
from connector.store.settings import SettingsRow
from tests.builders import a_company, settings

pytestmark = pytest.mark.usefixtures("table")


def save(chosen: Settings, saved_by: str = "connect") -> None:
    saved.save_settings("c1", chosen, saved_at="2026-03-02T12:00:00+00:00", saved_by=saved_by)


def test_a_connection_without_settings_has_the_defaults() -> None:
    assert saved.read_settings("c1") == Settings()


def test_settings_come_back_as_they_were_saved() -> None:
    save(settings(invoice_statuses=("Paid", "Invoiced"), send_tax=False))
    expected = settings(invoice_statuses=("Paid", "Invoiced"), send_tax=False)
    assert saved.read_settings("c1") == expected


def test_every_save_is_counted_and_says_who_saved() -> None:
    save(settings())
    save(settings(income_account="79"), saved_by="bookkeeper")
    item = SettingsRow.get("c1#settings", "settings")
    assert (item.version, item.saved_by, item.saved_at) == (
        2,
        "bookkeeper",
        "2026-03-02T12:00:00+00:00",
    )


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
    with pytest.raises(StaleVersionError, match="Somebody else saved"):
        save(settings(income_account="80"))
    assert saved.read_settings("c1").income_account == "79"
