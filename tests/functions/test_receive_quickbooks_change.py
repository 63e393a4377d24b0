import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from connector.quickbooks.webhook import SIGNATURE_HEADER
from connector.store.doorbells import DoorbellRow
from connector.store.records import merged_records
from functions.receive_quickbooks_change.app import handler
from tests.functions.cloud import VERIFIER_TOKEN, Cloud, client
from tests.functions.context import Context
from tests.functions.events import CONNECTION, REALM, event
from tests.functions.posts import NAME, change, post, signed

RING = {"connection_id": CONNECTION}
SECOND, SECOND_REALM = "c2", "9130357849021547"


@pytest.fixture(autouse=True)
def _connected(connected: Cloud) -> None:
    """Every test here begins with a connection that works."""


@pytest.fixture
def window(cloud: Cloud) -> Iterator[None]:
    """Let rings be coalesced, as they are in AWS, but for messages that are hidden."""
    before = cloud.services.config
    cloud.services.config = replace(before, doorbell_seconds=30)
    yield
    cloud.services.config = before


def rung_at() -> int | None:
    """Return when QuickBooks rang last for the connection, if it ever did."""
    try:
        return int(DoorbellRow.get(f"{CONNECTION}#doorbell", "doorbell").quickbooks_rung_at)
    except DoorbellRow.DoesNotExist:
        return None


def answer(context: Context, request: dict[str, Any]) -> tuple[int, Any]:
    answered = handler(request, context)
    return answered["statusCode"], json.loads(answered["body"])


@pytest.mark.parametrize("name", [NAME, f"{NAME}_legacy"])
def test_a_post_of_either_format_rings_for_its_connection(
    cloud: Cloud, context: Context, name: str
) -> None:
    assert (answer(context, event(name)), cloud.messages()) == ((200, {}), [RING])


def test_a_body_that_the_gateway_encoded_is_verified_as_it_was_posted(
    cloud: Cloud, context: Context
) -> None:
    text = event(NAME)["body"]
    encoded = base64.b64encode(text.encode()).decode()
    status, _ = answer(context, event(NAME, body=encoded, isBase64Encoded=True))
    assert (status, cloud.messages()) == (200, [RING])


def test_headers_count_in_any_case(cloud: Cloud, context: Context) -> None:
    headers = {name.title(): text for name, text in event(NAME)["headers"].items()}
    assert answer(context, event(NAME, headers=headers))[0] == 200


def forgeries() -> dict[str, dict[str, Any]]:
    plain = event(NAME)
    other = json.dumps([change("1")])
    unsigned = {k: v for k, v in plain["headers"].items() if k != SIGNATURE_HEADER}
    return {
        "forged": event(f"{NAME}_forged"),
        "unsigned": plain | {"headers": unsigned},
        "no headers": plain | {"headers": None},
        "another body": plain | {"body": other},
        "one blank more": plain | {"body": plain["body"] + " "},
        "no body": plain | {"body": None},
        "body is not base64": plain | {"isBase64Encoded": True, "body": "%%%"},
        "signed with nothing": signed(b"[]", token=""),
        "signed by another app": signed(b"[]", token="another"),  # noqa: S106 - invented
        "huge": plain | {"body": "x" * 6_000_000},
        "broken text": plain | {"body": "\ud800"},
    }


@pytest.mark.parametrize("how", list(forgeries()))
def test_what_intuit_did_not_sign_leaves_no_trace(cloud: Cloud, context: Context, how: str) -> None:
    status, told = answer(context, forgeries()[how])
    assert (status, told["detail"]) == (401, "This request is not signed as it must be.")
    assert (cloud.messages(), cloud.letters(), rung_at()) == ([], [], None)


def test_several_companies_of_one_post_ring_each_for_its_own(
    cloud: Cloud, context: Context
) -> None:
    cloud.connect(SECOND, SECOND_REALM)
    assert post(context, change(), change(SECOND_REALM), change()) == 200
    assert sorted(one["connection_id"] for one in cloud.messages()) == [SECOND, CONNECTION]


def test_a_company_nobody_connected_is_accepted_and_counted(
    cloud: Cloud, context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    assert post(context, change("9130999999999999"), change()) == 200
    counted = [json.loads(one) for one in capsys.readouterr().out.splitlines() if "_aws" in one]
    assert [one["UnknownRealms"] for one in counted] == [[1.0]]
    assert (cloud.messages(), cloud.letters()) == ([RING], [])


def test_a_company_is_found_once_it_is_connected(cloud: Cloud, context: Context) -> None:
    post(context, change(SECOND_REALM))
    cloud.connect(SECOND, SECOND_REALM)
    post(context, change(SECOND_REALM))
    assert cloud.messages() == [{"connection_id": SECOND}]


def test_an_unknown_type_is_kept_for_a_person_and_the_known_ones_ring(
    cloud: Cloud, context: Context
) -> None:
    odd = change(type="qbo.salesorder.created.v1")
    assert post(context, odd, change()) == 200
    (letter,) = cloud.letters()
    assert (json.loads(letter["told"]), cloud.messages()) == ([odd], [RING])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "The post is empty."),
        (b"realm=1", "The post is not JSON."),
        (b"[" * 100_000, "The post is not JSON."),
        (b"{}", "The post is neither an array of CloudEvents nor an object"),
        (b" " * 6_000_001, "The post has 6,000,001 bytes; at most 6,000,000 are read."),
    ],
    ids=["empty", "form", "deep", "object", "huge"],
)
def test_a_signed_post_that_cannot_be_read_is_refused_in_words_and_kept(
    cloud: Cloud, context: Context, body: bytes, told: str
) -> None:
    status, answered = answer(context, signed(body))
    (letter,) = cloud.letters()
    assert (status, cloud.messages()) == (400, [])
    assert answered["detail"].startswith(told)
    assert (letter["why"], letter["length"]) == (answered["detail"], len(body))
    assert body.decode().startswith(letter["told"])


def test_what_is_kept_fits_into_a_message_whatever_was_posted(
    cloud: Cloud, context: Context
) -> None:
    assert answer(context, signed("\U0001f600".encode() * 100_000))[0] == 400
    (letter,) = cloud.letters()
    assert len(json.dumps(letter)) < 256 * 1024


@pytest.mark.usefixtures("window")
def test_many_posts_within_the_delay_make_one_message(cloud: Cloud, context: Context) -> None:
    assert [post(context, change(intuitentityid=str(n))) for n in range(20)] == [200] * 20
    hidden = client("sqs").get_queue_attributes(
        QueueUrl=cloud.queue_url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert hidden["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_events_may_come_twice_and_in_any_order(
    cloud: Cloud, context: Context, order: tuple[int, ...]
) -> None:
    now = datetime.now(UTC)
    times = [f"{now - timedelta(seconds=n):%Y-%m-%dT%H:%M:%SZ}" for n in range(3)]
    told = [change(time=times[n], id=str(n)) for n in order]
    assert [post(context, *told), post(context, *told)] == [200, 200]
    assert cloud.messages()[0] == RING


def test_an_old_post_played_again_for_ever_rings_once_at_most(
    cloud: Cloud, context: Context
) -> None:
    old = change(time="2026-01-05T08:00:00Z")
    assert post(context, old) == 200
    cloud.messages()
    looked = DoorbellRow.get(f"{CONNECTION}#doorbell", "doorbell")
    looked.update(actions=[DoorbellRow.quickbooks_rung_until.remove()])
    assert [post(context, old) for _ in range(10)] == [200] * 10
    assert cloud.messages() == []


def test_a_post_writes_once_for_each_company(cloud: Cloud, context: Context) -> None:
    cloud.connect(SECOND, SECOND_REALM)
    post(context, change(), change(SECOND_REALM))
    calls: list[str] = []
    events = DoorbellRow._get_connection().connection.client.meta.events
    events.register("before-call.dynamodb", note := lambda model, **_: calls.append(model.name))
    told = [change(), change(SECOND_REALM), change(), change(SECOND_REALM)]
    status = post(context, *told)
    events.unregister("before-call.dynamodb", note)
    assert status == 200
    assert calls == ["UpdateItem", "UpdateItem"]


def test_a_queue_that_is_down_has_intuit_send_the_post_again(
    cloud: Cloud, context: Context
) -> None:
    client("sqs").delete_queue(QueueUrl=cloud.queue_url)
    first = post(context, change())
    client("sqs").create_queue(QueueName="connections")
    assert (first, post(context, change()), cloud.messages()) == (503, 200, [RING])


def test_a_table_that_is_down_has_intuit_send_the_post_again(
    cloud: Cloud, context: Context
) -> None:
    DoorbellRow.delete_table()
    first = post(context, change())
    DoorbellRow.create_table(billing_mode="PAY_PER_REQUEST")
    cloud.connect()
    assert (first, post(context, change()), cloud.messages()) == (503, 200, [RING])


@pytest.mark.parametrize("secret", ["{}", "no json", '{"webhook_verifier_token": ""}', "[]"])
def test_without_a_verifier_token_nothing_is_accepted_and_nothing_is_lost(
    cloud: Cloud, context: Context, secret: str, logged: list[str]
) -> None:
    secrets = client("secretsmanager")
    kept = secrets.get_secret_value(SecretId=cloud.secret_arn)["SecretString"]
    secrets.put_secret_value(SecretId=cloud.secret_arn, SecretString=secret)
    vars(cloud.services).pop("verifier", None)
    status = handler(signed(b"[]", token=""), context)["statusCode"]
    secrets.put_secret_value(SecretId=cloud.secret_arn, SecretString=kept)
    assert (status, cloud.messages()) == (503, [])
    assert any("webhook_verifier_token" in line for line in logged)


def test_neither_the_token_nor_a_body_is_logged(
    cloud: Cloud, context: Context, logged: list[str]
) -> None:
    post(context, change(source="intuit.Blue-Heron"), change(type="qbo.heron.updated.v1"))
    handler(signed(b"Blue Heron"), context)
    handler(event(f"{NAME}_forged"), context)
    told = "\n".join(logged)
    assert len(logged) >= 4
    assert [it for it in (VERIFIER_TOKEN, "eron", "intuit-signature") if it in told] == []


def test_a_merge_is_kept_for_the_next_look(cloud: Cloud, context: Context) -> None:
    entity = {"name": "Customer", "id": "60", "operation": "Merge", "deletedId": "61"}
    answer(context, signed(json.dumps(_legacy(REALM, entity)).encode()))
    kept = [(one.entity, one.loser, one.survivor) for one in merged_records.noted(CONNECTION)]
    assert kept == [("Customer", "61", "60")]


def test_a_merge_in_a_company_that_nobody_connected_is_not_kept(
    cloud: Cloud, context: Context
) -> None:
    entity = {"name": "Customer", "id": "60", "operation": "Merge", "deletedId": "61"}
    answer(context, signed(json.dumps(_legacy(SECOND_REALM, entity)).encode()))
    assert merged_records.noted(CONNECTION) == []


def _legacy(realm_id: str, entity: dict[str, Any]) -> dict[str, Any]:
    told = {"realmId": realm_id, "dataChangeEvent": {"entities": [entity]}}
    return {"eventNotifications": [told]}
