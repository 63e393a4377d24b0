from datetime import UTC, datetime, timedelta

import pytest

from connector.errors import ConfigurationError
from connector.model.connection import ConnectionState
from connector.store import connections
from connector.store.tokens import TokenItem
from functions.refresh_tokens.app import handler
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import ACCESS_TOKEN, REFRESH_TOKEN, IntuitSite


def refresh(context: Context) -> int:
    done: dict[str, int] = handler(event("refresh_tokens"), context)
    return done["count"]


def tokens_of(cloud: Cloud, connection_id: str = CONNECTION) -> tuple[str, str]:
    stored = cloud.services.tokens.get(connection_id)
    assert stored is not None
    return stored.tokens.access_token, stored.tokens.refresh_token


def test_idle_tokens_are_refreshed_and_stored(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.keep_tokens(days_old=21)
    assert refresh(context) == 1
    assert tokens_of(connected) == (ACCESS_TOKEN, REFRESH_TOKEN)
    assert intuit.forms == [f"grant_type=refresh_token&refresh_token={REFRESH_TOKEN}-old"]


def test_refreshed_tokens_are_left_alone_the_next_day(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.keep_tokens(days_old=21)
    assert [refresh(context), refresh(context), len(intuit.forms)] == [1, 1, 1]


def test_tokens_in_use_are_left_alone(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.keep_tokens(days_old=19)
    assert (refresh(context), intuit.forms) == (1, [])


def test_a_consent_that_ended_marks_the_connection(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.keep_tokens(days_old=21)
    intuit.ends_the_consent()
    assert refresh(context) == 1
    found = connections.read(CONNECTION)
    assert (found.state, found.reason) == (
        ConnectionState.RECONNECT_NEEDED,
        "QuickBooks no longer accepts this connection. Reconnect it.",
    )


def test_a_marked_connection_is_not_asked_for_again(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.keep_tokens(days_old=21)
    connections.mark_broken(CONNECTION, "Reconnect it.")
    assert (refresh(context), intuit.forms) == (0, [])


def test_a_broken_connection_does_not_keep_another_from_its_refresh(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.connect("c2", "9130357849021547")
    connected.keep_tokens("c2", days_old=21)
    connected.services.tokens.forget(CONNECTION)
    assert refresh(context) == 2
    assert (connections.read(CONNECTION).state, tokens_of(connected, "c2")) == (
        ConnectionState.RECONNECT_NEEDED,
        (ACCESS_TOKEN, REFRESH_TOKEN),
    )


def test_a_store_that_is_wrong_for_one_connection_is_told_after_the_others_are_refreshed(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.connect("c2", "9130357849021547")
    connected.keep_tokens(days_old=21)
    connected.keep_tokens("c2", days_old=21)
    item = TokenItem.get(f"{CONNECTION}#tokens", "tokens")
    item.sealed = item.sealed[:-1]
    item.save()
    with pytest.raises(ConfigurationError, match="changed or moved"):
        refresh(context)
    assert tokens_of(connected, "c2") == (ACCESS_TOKEN, REFRESH_TOKEN)


def test_a_sign_in_that_asks_for_a_pause_leaves_the_connection_for_tomorrow(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.keep_tokens(days_old=21)
    intuit.asks_for_a_pause()
    assert (refresh(context), connections.read(CONNECTION).state) == (1, ConnectionState.ACTIVE)
    assert tokens_of(connected) == (f"{ACCESS_TOKEN}-old", f"{REFRESH_TOKEN}-old")


def test_a_refreshed_token_lasts_a_hundred_days_from_now(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.keep_tokens(days_old=21)
    refresh(context)
    stored = connected.services.tokens.get(CONNECTION)
    assert stored is not None
    left = stored.tokens.refresh_until - datetime.now(UTC)
    assert left > timedelta(days=100)


@pytest.mark.usefixtures("cloud")
def test_without_connections_there_is_nothing_to_refresh(context: Context) -> None:
    assert refresh(context) == 0


def test_no_key_is_opened_to_see_how_old_tokens_are(
    connected: Cloud, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.keep_tokens(days_old=19)
    opened: list[str] = []
    monkeypatch.setattr(connected.services.vault, "open_key", lambda own, _: opened.append(own))
    assert (refresh(context), opened) == (1, [])
