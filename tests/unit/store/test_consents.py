from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.model.connection import ChosenCompany, Consent
from connector.store.life import consents
from connector.store.life.consents import ConsentRow
from tests.builders import a_company

pytestmark = pytest.mark.usefixtures("table")


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ASKED = Consent(
    connection_id="c1",
    mobiwork_client_id="40321",
    mobiwork_version="10.0.78",
    started_by="ann",
    confirmation="digest",
    settings={"income_account": "Sales"},
)


@pytest.fixture
def saved(table: None) -> None:
    consents.save("state-1", ASKED)


@pytest.mark.usefixtures("saved")
def test_a_consent_comes_back_under_its_state() -> None:
    assert consents.take("state-1") == ASKED


@pytest.mark.usefixtures("saved")
def test_a_state_works_once() -> None:
    assert [consents.take("state-1") is None, consents.take("state-1")] == [False, None]


@pytest.mark.parametrize("state", ["", "unknown", "state-1#x", "#"])
@pytest.mark.usefixtures("saved")
def test_an_unknown_state_gives_nothing(state: str) -> None:
    assert consents.take(state) is None


@pytest.mark.usefixtures("saved")
def test_a_consent_older_than_an_hour_gives_nothing() -> None:
    item = ConsentRow.get("consent#state-1", "consent")
    item.expires_at = int((datetime.now(UTC) - timedelta(seconds=1)).timestamp())
    item.save()
    assert consents.take("state-1") is None


def test_a_consent_lasts_an_hour(request: pytest.FixtureRequest) -> None:
    before = int(datetime.now(UTC).timestamp())
    request.getfixturevalue("saved")
    began = ConsentRow.get("consent#state-1", "consent").expires_at - 3600
    assert before <= began <= datetime.now(UTC).timestamp()


@pytest.mark.usefixtures("saved")
def test_of_two_that_take_a_consent_at_once_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    read = ConsentRow.get

    def read_then_taken(*place: Any, **how: Any) -> ConsentRow:
        row = read(*place, **how)
        monkeypatch.undo()
        assert consents.take("state-1")
        return row

    monkeypatch.setattr(ConsentRow, "get", read_then_taken)
    assert consents.take("state-1") is None


def chosen(confirmation: str = "digest", minutes: int = 60) -> ChosenCompany:
    return ChosenCompany(
        consent=replace(ASKED, confirmation=confirmation),
        company=a_company(),
        code="shown",
        until=NOON + timedelta(minutes=minutes),
    )


def test_what_was_chosen_is_kept_until_it_is_confirmed_or_given_back() -> None:
    consents.keep_chosen(chosen())
    assert (consents.chosen("digest"), consents.chosen("other")) == (chosen(), None)
    consents.forget_chosen("other")
    assert consents.chosen("digest") == chosen()
    consents.forget_chosen("digest")
    assert consents.chosen("digest") is None


def test_what_nobody_confirmed_in_time_is_found() -> None:
    for one in (chosen("first"), chosen("second", minutes=61)):
        consents.keep_chosen(one)
    moments = (NOON + timedelta(minutes=60), NOON + timedelta(minutes=61))
    assert [list(consents.unconfirmed(one)) for one in moments] == [[], [chosen("first")]]
