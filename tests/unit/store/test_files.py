"""Outcomes as files: the same run writes the same files again, and closing erases them."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import boto3
import pytest
import simplejson
from moto import mock_aws

from connector.errors import RemoteDownError
from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.store.tracking.files import OutcomeFiles, files_in

RUN, BUCKET = "20261122T090001-4be1a7c2", "outcomes-of-all"
FOLDER = "outcomes/connection_id=c1/day=2026-11-22"


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        made: Any = boto3.client("s3", region_name="us-east-1")
        made.create_bucket(Bucket=BUCKET)
        yield made


def told(record_id: str, outcome: Outcome = Outcome.CREATED) -> RecordOutcome:
    return RecordOutcome(
        run_id=RUN,
        flow="push_invoices",
        record_id=record_id,
        outcome=outcome,
        label=f"invoice {record_id}",
        worth=Decimal("9.63"),
        about=About(number="1042"),
    )


def keys(client: Any) -> list[str]:
    return [one["Key"] for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]


def test_a_flow_of_a_run_is_one_file_of_lines_however_often_it_is_written(client: Any) -> None:
    files = OutcomeFiles(client, BUCKET)
    files.keep("c1", RUN, "push_invoices", [told("1")])
    files.keep("c1", RUN, "push_invoices", [told("1"), told("2", Outcome.REFUSED)])
    (key,) = keys(client)
    assert key == f"{FOLDER}/{RUN}-push_invoices.jsonl.gz"
    text = gzip.decompress(client.get_object(Bucket=BUCKET, Key=key)["Body"].read()).decode()
    lines = [simplejson.loads(line, use_decimal=True) for line in text.splitlines()]
    assert [(one["record_id"], one["outcome"], one["amount"]) for one in lines] == [
        ("1", "created", Decimal("9.63")),
        ("2", "refused", Decimal("9.63")),
    ]


def test_a_line_says_all_that_was_told_of_a_record(client: Any) -> None:
    files = OutcomeFiles(client, BUCKET)
    day, at = date(2026, 11, 3), datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
    about = About(number="1042", customer="Heron", day=day, method="Check")
    more: dict[str, Any] = {"quickbooks_id": "61", "drift": True, "unlike_plan": "It was 9.63."}
    whole = replace(told("1"), about=about, note="Its tax differs.", at=at, **more)
    bare = replace(told("2"), about=About(), worth=None)
    files.keep("c1", RUN, "push_invoices", [whole, bare])
    (key,) = keys(client)
    text = gzip.decompress(client.get_object(Bucket=BUCKET, Key=key)["Body"].read()).decode()
    said = {
        "run_id": RUN,
        "flow": "push_invoices",
        "record_id": "1",
        "outcome": "created",
        "what": "invoice 1",
        "remark": "Its tax differs.",
        "number": "1042",
        "customer": "Heron",
        "dated": "2026-11-03",
        "method": "Check",
        "amount": Decimal("9.63"),
        "quickbooks_id": "61",
        "drift": True,
        "unlike_plan": "It was 9.63.",
        "told_at": "2026-11-22T09:05:00+00:00",
    }
    nothing = {"record_id": "2", "what": "invoice 2", "drift": False}
    known = ("run_id", "flow", "outcome")
    assert [simplejson.loads(line, use_decimal=True) for line in text.splitlines()] == [
        said,
        dict.fromkeys(said) | {name: said[name] for name in known} | nothing,
    ]


def test_a_bucket_that_is_out_of_reach_is_to_be_tried_again(client: Any) -> None:
    files = OutcomeFiles(client, "nowhere")
    with pytest.raises(RemoteDownError, match="cannot be written now"):
        files.keep("c1", RUN, "push_invoices", [told("1")])
    with pytest.raises(RemoteDownError, match="cannot be erased now"):
        files.erase("c1", stop=lambda: False)


def test_where_no_bucket_is_deployed_no_files_are_kept(client: Any) -> None:
    assert files_in("", "us-east-1") is None
    files = files_in(BUCKET, "us-east-1")
    assert files is not None
    files.keep("c1", RUN, "push_invoices", [told("1")])
    assert len(keys(client)) == 1


def test_the_files_of_a_connection_are_erased_and_no_others(client: Any) -> None:
    files = OutcomeFiles(client, BUCKET)
    for connection_id in ("c1", "c12"):
        files.keep(connection_id, RUN, "push_invoices", [told("1")])
    assert not files.erase("c1", stop=lambda: True)
    assert files.erase("c1", stop=lambda: False)
    assert [one.split("/")[1] for one in keys(client)] == ["connection_id=c12"]
