"""What ops people do on a stack: try MobiWork's undocumented calls, look at dead letters."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError

from cli.api import Body
from cli.errors import CommandError, ExitCode
from cli.screen import counted
from cli.session import AsJson, OfConnection, Session, Yes, session_of

SHOWN = 300
BATCH = 10
HIDDEN_SECONDS = 30
"""A letter that was looked at is hidden for so long, so that none is seen twice in one look."""


class Queue(StrEnum):
    """The queues of dead letters."""

    LOOKS = "looks"
    SCHEDULES = "schedules"
    WEBHOOKS = "webhooks"


OUTPUTS = {
    Queue.LOOKS: "ConnectionDeadLettersUrl",
    Queue.SCHEDULES: "ScheduleDeadLettersUrl",
    Queue.WEBHOOKS: "WebhookDeadLettersUrl",
}
STAYS = "Webhook messages stay here: they could not be read, and the next check does not need them."


def probe(context: typer.Context, connection: OfConnection = "", as_json: AsJson = False) -> None:
    """Try the calls that MobiWork does not document, reading only, and say which exist."""
    session = session_of(context, connection, as_json=as_json)
    told = _invoked(session, "ProbeMobiworkFunctionName", {"connection_id": session.connection_id})
    rows = [(one["switch"], _words(one["works"]), one["told"]) for one in told["findings"]]
    session.show(told, lambda: session.screen.table(("call", "works", "what it said"), rows))


def dead_letters(
    context: typer.Context,
    queue: Annotated[Queue | None, typer.Argument(help="Only this one.")] = None,
    redrive: Annotated[
        bool,
        typer.Option("--redrive", help="Try checks and scheduled functions again."),
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Look at messages that were given up, or have what they are about tried again."""
    session = session_of(context, as_json=as_json)
    queues = [queue] if queue else [*Queue]
    with _told_plainly():
        letters = [one for name in queues for one in _letters(session, name)]
        again = [one for one in letters if one.can_be_sent and redrive]
        left = {one.message_id: one for one in letters}
        try:
            if not redrive:
                rows = [(one.queue, one.message_id, one.text[:SHOWN]) for one in letters]
                told = [{"queue": a, "id": b, "text": c} for a, b, c in rows]
                headings = ("queue", "message", "text")
                session.show(told, lambda: session.screen.table(headings, rows))
                return
            session.sure(f"{counted(len(again), 'message')} will be sent again. Continue?", yes=yes)
            for one in again:
                _send_again(session, one)
                del left[one.message_id]
        finally:
            _show_again(session, left.values())
    done = {"sent_again": len(again), "left": len(letters) - len(again)}
    if any(one.queue is Queue.WEBHOOKS for one in letters):
        session.screen.hint(STAYS)
    session.show(
        done,
        lambda: session.screen.say(f"{done['sent_again']} sent again, {done['left']} left there."),
    )


@dataclass(frozen=True)
class Letter:
    """A message that was given up."""

    queue: Queue
    message_id: str
    text: str
    receipt: str

    @property
    def failed(self) -> Body | None:
        """The function that a schedule called in vain, and what it was given; else None."""
        try:
            told = json.loads(self.text)
            return {
                "FunctionName": told["requestContext"]["functionArn"].removesuffix(":$LATEST"),
                "Payload": json.dumps(told["requestPayload"]),
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    @property
    def can_be_sent(self) -> bool:
        """Whether it says where it is to go."""
        scheduled = self.queue is Queue.SCHEDULES and self.failed is not None
        return self.queue is Queue.LOOKS or scheduled


class _told_plainly:  # noqa: N801 - reads as a sentence where it is used
    """Say in a sentence what AWS refused; a context manager."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, BotoCoreError | ClientError):
            raise CommandError(f"AWS refused it: {error}", ExitCode.FAILED) from error


def _letters(session: Session, queue: Queue) -> Iterator[Letter]:
    """Yield the letters of a queue; they stay there."""
    url, seen = session.target.output(OUTPUTS[queue]), set[str]()
    sqs = session.target.client("sqs")
    while found := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=BATCH, VisibilityTimeout=HIDDEN_SECONDS
    ).get("Messages", []):
        new = [one for one in found if one["MessageId"] not in seen]
        yield from (
            Letter(queue, one["MessageId"], one["Body"], one["ReceiptHandle"]) for one in new
        )
        seen |= {one["MessageId"] for one in new}
        if not new:
            return


def _show_again(session: Session, letters: Iterable[Letter]) -> None:
    """Let what stays be seen by the next look at once: a person looks first and acts then."""
    sqs = session.target.client("sqs")
    for one in letters:
        url = session.target.output(OUTPUTS[one.queue])
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=one.receipt, VisibilityTimeout=0)


def _send_again(session: Session, letter: Letter) -> None:
    """Send a letter to where it came from before it is taken out: twice is better than never."""
    target, failed = session.target, letter.failed
    if letter.queue is Queue.SCHEDULES and failed is not None:
        target.client("lambda").invoke(InvocationType="Event", **failed)
    else:
        url = target.output("ConnectionQueueUrl")
        target.client("sqs").send_message(QueueUrl=url, MessageBody=letter.text)
    url = target.output(OUTPUTS[letter.queue])
    target.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=letter.receipt)


def _invoked(session: Session, output: str, event: Body) -> Body:
    with _told_plainly():
        answer: Any = session.target.client("lambda").invoke(
            FunctionName=session.target.output(output), Payload=json.dumps(event)
        )
        told: Body = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise CommandError(str(told.get("errorMessage", told)), ExitCode.FAILED)
    return told


def _words(works: bool | None) -> str:
    return {True: "yes", False: "no", None: "not tried"}[works]
