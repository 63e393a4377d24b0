from datetime import UTC, datetime, timedelta

import pytest

from connector.model.connection import Consent
from connector.store.life import consents
from connector.store.life.consents import ConsentRow

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def saved(table: None) -> None:
    consents.save(
        "state-1",
        Consent(
            connection_id="c1",
            mobiwork_client_id="40321",
            mobiwork_version="10.0.78",
            started_by="ann",
            confirmation="digest",
            settings={"income_account": "Sales"},
        ),
    )


@pytest.mark.usefixtures("saved")
def test_a_consent_comes_back_under_its_state() -> None:
    consent = consents.take("state-1")
    assert consent is not None
    assert (
        consent.connection_id,
        consent.mobiwork_client_id,
        consent.mobiwork_version,
        consent.settings,
    ) == ("c1", "40321", "10.0.78", {"income_account": "Sales"})


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
