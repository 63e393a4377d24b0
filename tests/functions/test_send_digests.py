"""The digest as it is sent: to whom, once, and not when nothing is new."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from moto.sesv2.models import sesv2_backends

from connector.api import digests
from connector.model.control.people import Membership, Role
from connector.model.outcomes import Outcome, RecordOutcome, Tally
from connector.model.pending import PendingState
from connector.store import connections, runs
from connector.store import settings as saved
from connector.store.control import people
from connector.store.records import pending
from tests.builders import an_invoice, settings
from tests.functions.cloud import REGION, Cloud
from tests.functions.events import CONNECTION

MORNING = datetime(2026, 3, 3, 16, tzinfo=UTC)
ANN, BEN, VIC = "ann@harbor.example", "ben@harbor.example", "vic@harbor.example"
SENDER = "books@connector.test"


@pytest.fixture(autouse=True)
def _who_reads(connected: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An admin, a bookkeeper and a viewer, and an invoice that was refused."""
    boto3.client("sesv2", region_name=REGION).create_email_identity(EmailIdentity=SENDER)
    told = replace(
        connected.services.config, digest_sender=SENDER, api_url="https://connector.test"
    )
    monkeypatch.setattr(connected.services, "config", told)
    for email, role in ((ANN, Role.ADMIN), (BEN, Role.BOOKKEEPER), (VIC, Role.VIEWER)):
        people.save(
            Membership(email=email, connection_id=CONNECTION, role=role, by="test", at=MORNING)
        )
    connected.finds(an_invoice())
    [item] = pending.read_all(CONNECTION, "push_invoices")
    pending.hold(item, PendingState.REFUSED, reason="It has no customer.")
    yield
    backend().sent_messages.clear()


def backend() -> Any:
    return sesv2_backends["123456789012"][REGION].core_backend


def mails() -> list[tuple[str, str]]:
    """Return who was written to, and the text."""
    return [(one.destinations["ToAddresses"][0], one.body) for one in backend().sent_messages]


def send(cloud: Cloud, at: datetime = MORNING) -> int:
    return digests.send_due(cloud.services, now=at).sent


def test_bookkeepers_and_admins_are_told_what_needs_them(connected: Cloud) -> None:
    assert send(connected) == 1
    assert [to for to, _ in mails()] == [ANN, BEN]
    [text, _] = [text for _, text in mails()]
    assert "1 record" in text
    assert f"https://connector.test/console/connections/{CONNECTION}/worklist" in text


def test_it_is_sent_once_however_often_the_schedule_ticks(connected: Cloud) -> None:
    assert [send(connected, MORNING + timedelta(hours=one)) for one in range(4)] == [1, 0, 0, 0]


def test_the_next_day_nothing_is_sent_where_nothing_is_new(connected: Cloud) -> None:
    late = datetime.now(UTC) + timedelta(days=1)
    assert [send(connected, late), send(connected, late + timedelta(days=1))] == [1, 0]


def test_what_was_posted_since_is_told(connected: Cloud) -> None:
    send(connected, datetime.now(UTC) - timedelta(days=2))
    told = RecordOutcome(
        run_id="r",
        flow="push_invoices",
        record_id="1",
        outcome=Outcome.CREATED,
        label="",
        worth=Decimal("43.38"),
    )
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-1"
    tallies = {"push_invoices": Tally.of([told])}
    runs.begin(CONNECTION, run_id, found={}, now=datetime.now(UTC))
    runs.finish(CONNECTION, run_id, tallies=tallies, failures=[], now=datetime.now(UTC))
    send(connected, datetime.now(UTC) + timedelta(days=1))
    assert "Posted since the last digest: invoices: 1 ($43.38)." in mails()[-1][1]


def test_who_is_named_gets_it_if_they_may_see_it(connected: Cloud) -> None:
    named = settings(digest_to=frozenset({VIC.upper(), "stranger@harbor.example"}))
    saved.save_settings(CONNECTION, named, saved_at="", saved_by="test")
    send(connected)
    assert [to for to, _ in mails()] == [VIC]


def test_who_switched_it_off_gets_none(connected: Cloud) -> None:
    saved.save_settings(CONNECTION, settings(digest="off"), saved_at="", saved_by="test")
    assert send(connected) == 0


def test_a_broken_connection_is_told_first(connected: Cloud) -> None:
    connections.mark_broken(CONNECTION, "Intuit no longer knows it.")
    send(connected)
    assert mails()[0][1].startswith("The connection of Harbor Books is not working: Intuit")
