"""All outcomes as files for analysts: one of JSON lines for each flow of a run, in a bucket.

They lie by connection and day, as Athena reads partitions; see docs/analysis.md.
"""

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import simplejson
from botocore.exceptions import BotoCoreError, ClientError

from connector import aws
from connector.errors import RemoteDownError
from connector.model.body import Body, Json
from connector.model.ids import ConnectionId, FlowName, RunId
from connector.model.outcomes import RecordOutcome

PREFIX = "outcomes"


class Bucket(Protocol):
    """What of S3 is used."""

    def put_object(self, **asked: object) -> object:
        """Put one object in the place of one before."""

    def list_objects_v2(self, **asked: object) -> Json:
        """List up to a thousand objects."""

    def delete_objects(self, **asked: object) -> object:
        """Delete up to a thousand objects."""


@dataclass(frozen=True)
class OutcomeFiles:
    """The files of all connections in one bucket.

    client: of S3.
    bucket: its name.
    """

    client: Bucket
    bucket: str

    def keep(
        self,
        connection_id: ConnectionId,
        run_id: RunId,
        flow: FlowName,
        told: Iterable[RecordOutcome],
    ) -> None:
        """Write the outcomes of one flow of a run, in the place of what was written of it before.

        Raises:
            RemoteDownError: the bucket cannot be written now.
        """
        lines = "".join(f"{simplejson.dumps(_line(one), use_decimal=True)}\n" for one in told)
        key = f"{_folder(connection_id)}day={_day(run_id)}/{run_id}-{flow}.jsonl.gz"
        try:
            self.client.put_object(
                Bucket=self.bucket, Key=key, Body=gzip.compress(lines.encode(), mtime=0)
            )
        except (BotoCoreError, ClientError) as error:
            raise RemoteDownError("The files of outcomes cannot be written now.") from error

    def erase(self, connection_id: ConnectionId, stop: Callable[[], bool]) -> bool:
        """Delete the files of a connection; False when it had to stop first.

        Raises:
            RemoteDownError: the bucket cannot be changed now.
        """
        try:
            while found := self._some(connection_id):
                if stop():
                    return False
                self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": found})
        except (BotoCoreError, ClientError) as error:
            raise RemoteDownError("The files of outcomes cannot be erased now.") from error
        return True

    def _some(self, connection_id: ConnectionId) -> list[dict[str, str]]:
        found = self.client.list_objects_v2(Bucket=self.bucket, Prefix=_folder(connection_id))
        return [{"Key": str(one["Key"])} for one in found.get("Contents", ())]


def files_in(bucket: str, region: str) -> OutcomeFiles | None:
    """Return the files of a bucket; None where there is none."""
    if not bucket:
        return None
    return OutcomeFiles(aws.client("s3", region), bucket)


def _folder(connection_id: ConnectionId) -> str:
    return f"{PREFIX}/connection_id={connection_id}/"


def _day(run_id: RunId) -> date:
    """Return the day on which a run began (UTC), which its id begins with."""
    return date.fromisoformat(run_id[:8])


def _line(one: RecordOutcome) -> Body:
    about = one.about
    return {
        "run_id": one.run_id,
        "flow": one.flow,
        "record_id": one.record_id,
        "outcome": one.outcome.value,
        "what": one.label,
        "remark": one.note,
        "number": about.number,
        "customer": about.customer,
        "dated": about.day.isoformat() if about.day else None,
        "method": about.method,
        "amount": one.worth,
        "quickbooks_id": one.quickbooks_id,
        "drift": one.drift,
        "unlike_plan": one.unlike_plan,
        "told_at": one.at.isoformat() if one.at else None,
    }
