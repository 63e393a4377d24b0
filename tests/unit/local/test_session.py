"""When the laptop starts a connection that is in review, and what it says while none can work."""

from types import SimpleNamespace
from typing import Any

import pytest

from local.__main__ import arguments
from local.progress import Look, Outcomes
from local.session import begins_posting
from local.watch import BrokenError, Round, wait_for_look


@pytest.mark.parametrize(
    ("asked", "failures", "begins"),
    [([], (), True), (["--review"], (), False), ([], ("push_invoices",), False)],
)
def test_a_connection_is_started_unless_it_is_to_stay_in_review_or_something_failed(
    asked: list[str], failures: tuple[str, ...], begins: bool
) -> None:
    given = arguments().parse_args(["run", *asked])
    looked = Round(Look("now", {}, "r1"), Outcomes({}, ()), failures, 1.0)
    assert begins_posting(looked, left_in_review=given.review) is begins


def test_who_waits_for_a_connection_that_does_not_work_is_told_why() -> None:
    refused = "MobiWork refuses the login. Save the new password."
    ledger: Any = SimpleNamespace(look=lambda _own: Look("before"), broken=lambda _own: refused)
    queue = {"EventSourceMappings": [{"LastProcessingResult": ""}]}
    sqs = SimpleNamespace(list_event_source_mappings=lambda: queue)
    runtime: Any = SimpleNamespace(
        check=lambda: None, emulator=SimpleNamespace(client=lambda _name: sqs)
    )
    with pytest.raises(BrokenError, match=refused):
        wait_for_look(runtime, ledger, "c1", after=Look("before"), seconds=60)
