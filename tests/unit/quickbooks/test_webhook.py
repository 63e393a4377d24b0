import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import ConfigurationError, RecordError
from connector.quickbooks import webhook
from connector.quickbooks.webhook import LARGEST_BODY, Post, Verifier, read_post, sign
from simulators.quickbooks import webhooks as simulated
from simulators.quickbooks.company import Change

TOKEN = "5b1c7a90-3d1e-4c55-9a77-0f6e2d8c4b13"  # noqa: S105 - invented
BODY = b'[{"id": "0f8fad5b"}]'
REALM, OTHER = "9130350000000001", "9130350000000002"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def signature(body: bytes, token: str = TOKEN) -> str:
    return base64.b64encode(hmac.new(token.encode(), body, hashlib.sha256).digest()).decode()


class Safe:
    """Where the token is kept; counts how often it is read."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token, self.reads, self.now = token, 0, 1000.0
        self.verifier = Verifier(self.read, clock=lambda: self.now)

    def read(self) -> str:
        self.reads += 1
        return self.token

    def accepts(self, body: bytes = BODY, signed: str | None = None) -> bool:
        return self.verifier.accepts(body, signature(body) if signed is None else signed)


def event(**changes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "source": "intuit.opaque",
        "type": "qbo.invoice.updated.v1",
        "datacontenttype": "application/json",
        "time": "2026-03-02T12:00:00.000000000Z",
        "intuitentityid": "1234",
        "intuitaccountid": REALM,
        "data": {},
    } | changes


def legacy(*entities: Any, realm_id: Any = REALM) -> dict[str, Any]:
    return {"realmId": realm_id, "dataChangeEvent": {"entities": list(entities)}}


def row(**changes: Any) -> dict[str, Any]:
    told = {"name": "Customer", "id": "58", "operation": "Update"}
    return told | {"lastUpdated": "2026-03-02T12:00:00.000Z"} | changes


def read(told: Any) -> Post:
    return read_post(json.dumps(told).encode())


def read_legacy(*notifications: Any) -> Post:
    return read({"eventNotifications": list(notifications)})


def test_what_intuit_signed_is_accepted() -> None:
    assert Safe().accepts()


@pytest.mark.parametrize("body", [b"", BODY, b"\xff\x00", "Björk ☕".encode()])
def test_the_signature_is_that_of_the_reference(body: bytes) -> None:
    assert sign(TOKEN.encode(), body).decode() == signature(body)


@pytest.mark.parametrize(
    "signed",
    [
        "",
        "x",
        signature(BODY)[:-1],
        signature(BODY).lower(),
        signature(BODY, "another-token"),
        signature(BODY, ""),
        signature(BODY + b" "),
        hmac.new(TOKEN.encode(), BODY, hashlib.sha256).hexdigest(),
        "é" * 44,
        "\ud800",
    ],
)
def test_any_other_signature_is_not(signed: str) -> None:
    assert not Safe().accepts(BODY, signed)


@given(place=st.integers(0, len(BODY) - 1), flip=st.integers(1, 255))
def test_a_body_changed_in_one_byte_is_not_accepted(place: int, flip: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= flip
    assert not Safe().accepts(bytes(changed), signature(BODY))


def test_the_token_is_read_once() -> None:
    safe = Safe()
    assert ([safe.accepts() for _ in range(3)], safe.reads) == ([True] * 3, 1)


def test_forged_posts_do_not_read_the_token_again_and_again() -> None:
    safe = Safe()
    for _ in range(100):
        safe.accepts(BODY, "forged")
    assert safe.reads == 1


def test_a_token_changed_at_intuit_is_noticed_within_a_minute() -> None:
    safe = Safe()
    safe.accepts()
    safe.token = "a-new-one"  # noqa: S105 - invented
    new = signature(BODY, safe.token)
    at_once = safe.accepts(BODY, new)
    safe.now += 60
    assert (at_once, safe.accepts(BODY, new), safe.accepts()) == (False, True, False)


def test_without_a_token_nothing_is_accepted() -> None:
    def missing() -> str:
        raise ConfigurationError("none")

    with pytest.raises(ConfigurationError):
        Verifier(missing).accepts(BODY, signature(BODY, ""))


def test_a_cloud_event_tells_its_company_and_time() -> None:
    assert read([event()]) == Post({REALM: NOON}, [])


def test_a_legacy_notice_tells_the_same() -> None:
    assert read_legacy(legacy(row())) == read([event()])


def test_one_event_without_an_array_is_read_too() -> None:
    assert read(event()) == Post({REALM: NOON}, [])


def test_companies_of_one_post_are_told_apart() -> None:
    later = event(intuitaccountid=OTHER, time="2026-03-02T12:00:05Z")
    assert read([event(), later]).changed == {REALM: NOON, OTHER: NOON.replace(second=5)}


def test_legacy_companies_of_one_post_are_told_apart() -> None:
    told = read_legacy(legacy(row()), legacy(row(name="Item"), realm_id=OTHER))
    assert told.changed == {REALM: NOON, OTHER: NOON}


@pytest.mark.parametrize("times", [("12:00:00Z", "12:00:09Z"), ("12:00:09Z", "12:00:00Z")])
def test_the_newest_change_counts_whatever_the_order(times: tuple[str, str]) -> None:
    told = read([event(time=f"2026-03-02T{one}") for one in times])
    assert told.changed == {REALM: NOON.replace(second=9)}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T12:00:00.179851517Z", NOON.replace(microsecond=179851)),
        ("2026-03-02T12:00:00Z", NOON),
        ("2026-03-02T04:00:00-08:00", NOON),
        ("2026-03-02T12:00:00", NOON),
        ("yesterday", None),
        ("", None),
        (1772452800, None),
        (None, None),
    ],
)
def test_times_are_read_as_they_come(text: object, moment: datetime | None) -> None:
    assert read([event(time=text)]).changed == {REALM: moment}


def test_a_company_with_one_unreadable_time_has_no_known_time() -> None:
    assert read([event(), event(time="?"), event()]).changed == {REALM: None}


@pytest.mark.parametrize("entity", sorted(webhook.RINGING))
@pytest.mark.parametrize("change", ["created", "updated", "deleted", "merged", "voided"])
def test_every_change_of_what_the_pull_reads_rings(entity: str, change: str) -> None:
    assert read([event(type=f"qbo.{entity}.{change}.v1")]) == Post({REALM: NOON}, [])


@pytest.mark.parametrize("entity", sorted(webhook.DOCUMENTED - webhook.RINGING))
def test_what_no_flow_reads_costs_no_call_and_no_alarm(entity: str) -> None:
    assert read([event(type=f"qbo.{entity}.updated.v1")]) == Post()


def test_an_invoice_that_was_e_mailed_has_not_changed() -> None:
    assert read([event(type="qbo.invoice.emailed.v1")]) == Post()


@pytest.mark.parametrize("kind", ["QBO.Invoice.Updated.V1", "qbo.invoice.updated.v7"])
def test_types_are_read_in_any_case_and_version(kind: str) -> None:
    assert read([event(type=kind)]).changed == {REALM: NOON}


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "qbo.salesorder.created.v1"},
        {"type": "qbo"},
        {"type": ""},
        {"type": None},
        {"type": "payroll.invoice.updated.v1"},
        {"intuitaccountid": None},
        {"intuitaccountid": ""},
        {"intuitaccountid": 9130350000000001},
        {"intuitaccountid": "c1#doorbell"},
        {"intuitaccountid": "9" * 3000},
        {"intuitaccountid": "٣٤"},
    ],
)
def test_an_unknown_event_is_kept_and_the_others_of_the_post_ring(changes: dict[str, Any]) -> None:
    odd = event(**changes)
    assert read([odd, event()]) == Post({REALM: NOON}, [odd])


@pytest.mark.parametrize("odd", [None, 1, "text", [], [event()]])
def test_an_event_that_is_no_object_is_kept(odd: Any) -> None:
    assert read([event(), odd]) == Post({REALM: NOON}, [odd])


def test_an_unknown_operation_of_a_known_entity_rings_and_is_kept() -> None:
    odd = event(type="qbo.invoice.archived.v1")
    assert read([odd]) == Post({REALM: NOON}, [odd])


@pytest.mark.parametrize("odd", [None, {}, "x", {"realmId": REALM}, legacy() | {"realmId": 1}])
def test_a_legacy_notification_of_another_shape_never_stops_the_rest(odd: Any) -> None:
    assert read_legacy(odd, legacy(row())).changed == {REALM: NOON}


def test_an_unknown_legacy_entity_is_kept_with_its_company() -> None:
    odd = row(name="SalesOrder")
    told = read_legacy(legacy(odd, row()))
    assert told == Post({REALM: NOON}, [{"realmId": REALM} | odd])


def test_a_post_without_events_tells_nothing() -> None:
    assert (read([]), read_legacy()) == (Post(), Post())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "The post is empty."),
        (b"payload=%5B%5D", "The post is not JSON."),
        (b"[{", "The post is not JSON."),
        (b"\xff\xfe\xfd", "The post is not JSON."),
        (b"[" * 200_000, "The post is not JSON."),
        (b"9" * 10_000, "The post is not JSON."),
        (b"{}", "The post is neither an array of CloudEvents nor an object with"),
        (b"null", "The post is neither"),
        (b'"qbo"', "The post is neither"),
        (b'{"eventNotifications": {}}', "The post is neither"),
        (b" " * (LARGEST_BODY + 1), "The post has 6,000,001 bytes; at most 6,000,000 are read."),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else "",
)
def test_a_post_that_cannot_be_read_says_what_it_is(body: bytes, told: str) -> None:
    with pytest.raises(RecordError) as raised:
        read_post(body)
    assert str(raised.value).startswith(told)


def test_a_post_as_large_as_lambda_takes_is_read_to_its_end() -> None:
    one = len(json.dumps(event()).encode()) + 2
    events = [event() for _ in range(LARGEST_BODY // one - 1)]
    assert read([*events, event(intuitaccountid=OTHER)]).changed.keys() == {REALM, OTHER}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
NAMES = ("type", "intuitaccountid", "time", "specversion", "realmId", "dataChangeEvent", "entities")
ODD_EVENTS = st.lists(JSON | st.dictionaries(st.sampled_from(NAMES), JSON), max_size=4)


def told_or_refused(body: bytes) -> Iterator[str]:
    try:
        yield from read_post(body).changed
    except RecordError:
        yield "refused"


@given(events=ODD_EVENTS)
def test_odd_events_never_break_the_reading(events: list[Any]) -> None:
    for told in (events, {"eventNotifications": events}):
        assert "refused" not in told_or_refused(json.dumps(told).encode())


@given(body=st.binary(max_size=40))
def test_garbage_is_refused_or_empty(body: bytes) -> None:
    assert set(told_or_refused(body)) <= {"refused"}


def changes() -> list[tuple[str, Change]]:
    names = ("Customer", "Invoice", "Preferences")
    merged = Change(at=NOON.timestamp(), entity="Vendor", key="5", operation="Merge", other="6")
    told = [Change(at=NOON.timestamp(), entity=n, key="1", operation="Update") for n in names]
    return [(REALM, one) for one in told] + [(OTHER, merged)]


@pytest.mark.parametrize("shape", ["cloudevents", "legacy"])
def test_what_the_simulator_sends_is_read_in_both_formats(shape: str) -> None:
    told: Any = simulated.legacy(changes())
    if shape == "cloudevents":
        told = [simulated.cloud_event(realm, change) for realm, change in changes()]
    post = read(told)
    assert (sorted(post.changed), post.unknown) == ([REALM, OTHER], [])


CLOUD_MERGE: dict[str, Any] = {
    "specversion": "1.0",
    "type": "qbo.customer.merged.v1",
    "intuitaccountid": REALM,
    "intuitentityid": "60",
    "data": {"deletedid": "61"},
}


@pytest.mark.parametrize("spelling", ["deletedId", "deletedID", "deletedid"])
def test_a_legacy_merge_names_both_records(spelling: str) -> None:
    entity = {"name": "Customer", "id": "60", "operation": "Merge", spelling: "61"}
    told = {"realmId": REALM, "dataChangeEvent": {"entities": [entity]}}
    post = read_post(json.dumps({"eventNotifications": [told]}).encode())
    assert post.merged == [webhook.Merged(REALM, "Customer", loser="61", survivor="60")]


def test_a_merge_as_cloud_event_names_both_records() -> None:
    post = read_post(json.dumps([CLOUD_MERGE]).encode())
    assert post.merged == [webhook.Merged(REALM, "Customer", loser="61", survivor="60")]


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {}},
        {"data": {"deletedid": "60"}},
        {"data": {"deletedid": "61#x"}},
        {"data": {"deletedid": ["61"]}},
        {"intuitentityid": None},
        {"type": "qbo.account.merged.v1"},
    ],
)
def test_a_merge_that_names_no_two_records_that_are_pulled_is_only_a_ring(
    changes: dict[str, Any],
) -> None:
    assert read_post(json.dumps([CLOUD_MERGE | changes]).encode()).merged == []
