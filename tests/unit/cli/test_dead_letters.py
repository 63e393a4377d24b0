import io
import json
from dataclasses import dataclass, field
from typing import Any

from cli.errors import ExitCode
from cli.target import Target
from tests.unit.cli.documented import command, with_connection

OUTPUTS = {
    "ConnectionDeadLettersUrl": "looks",
    "ScheduleDeadLettersUrl": "schedules",
    "WebhookDeadLettersUrl": "webhooks",
    "ConnectionQueueUrl": "queue",
    "ProbeMobiworkFunctionName": "probe",
}


@dataclass
class Queues:
    """Queues in memory; what was received is hidden for a while."""

    kept: dict[str, list[str]]
    hidden: set[str] = field(default_factory=set)

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        own = asked["QueueUrl"]
        found = [one for one in self.kept.get(own, []) if one not in self.hidden][:1]
        self.hidden |= {*found}
        return {
            "Messages": [{"MessageId": one, "Body": one, "ReceiptHandle": one} for one in found]
        }

    def send_message(self, **asked: Any) -> None:
        self.kept.setdefault(asked["QueueUrl"], []).append(asked["MessageBody"])

    def change_message_visibility(self, **asked: Any) -> None:
        assert asked["VisibilityTimeout"] == 0
        self.hidden.discard(asked["ReceiptHandle"])

    def delete_message(self, **asked: Any) -> None:
        self.kept[asked["QueueUrl"]].remove(asked["ReceiptHandle"])

    def invoke(self, **asked: Any) -> dict[str, Any]:
        if asked.get("InvocationType") == "Event":
            self.kept.setdefault(asked["FunctionName"], []).append(asked["Payload"])
            return {}
        assert json.loads(asked["Payload"]) == {"connection_id": "c1"}
        finding = {"switch": "vendor.list", "works": True, "told": "It lists records."}
        return {"Payload": io.BytesIO(json.dumps({"findings": [finding]}).encode())}


class Stack(Target):
    """A stack whose AWS is in memory."""

    def client(self, service: str) -> Any:
        return self.session


def stack(queues: Queues) -> Target:
    return Stack("stack", OUTPUTS, queues)  # type: ignore[arg-type]


def test_dead_letters_are_looked_at_and_stay() -> None:
    queues = Queues({"looks": ["a", "b"], "webhooks": ["w"]})
    done = command("dead-letters", target=stack(queues))
    assert done.rows[1:] == [["looks", "a", "a"], ["looks", "b", "b"], ["webhooks", "w", "w"]]
    assert queues.kept == {"looks": ["a", "b"], "webhooks": ["w"]}
    assert command("dead-letters", target=stack(queues)).rows == done.rows


def test_looks_are_sent_again_and_what_a_webhook_brought_stays() -> None:
    queues = Queues({"looks": ["a", "b"], "webhooks": ["w"]})
    assert command("dead-letters", "--redrive", target=stack(queues)).code == ExitCode.USAGE
    done = command("dead-letters", "--redrive", "--yes", "--json", target=stack(queues))
    assert done.json == {"sent_again": 2, "left": 1}
    assert queues.kept == {"looks": [], "webhooks": ["w"], "queue": ["a", "b"]}


def test_a_function_that_a_schedule_called_in_vain_is_called_again() -> None:
    arn = "arn:aws:lambda:us-east-1:1:function:RefreshTokens"
    told = {"requestContext": {"functionArn": f"{arn}:$LATEST"}, "requestPayload": {"n": 1}}
    queues = Queues({"schedules": [json.dumps(told), "no letter of Lambda's"]})
    done = command(
        "dead-letters", "schedules", "--redrive", "--yes", "--json", target=stack(queues)
    )
    assert done.json == {"sent_again": 1, "left": 1}
    assert queues.kept == {"schedules": ["no letter of Lambda's"], arn: ['{"n": 1}']}


def test_the_probe_says_which_calls_exist() -> None:
    done = command("probe", api=with_connection(), target=stack(Queues({})))
    assert done.rows[1] == ["vendor.list", "yes", "It lists records."]


def test_a_stack_of_an_older_version_says_what_it_lacks() -> None:
    done = command("dead-letters", target=Stack("stack s", {}, None))  # type: ignore[arg-type]
    assert (done.code, "stack s has no output" in done.remarks) == (ExitCode.NOT_REACHED, True)
