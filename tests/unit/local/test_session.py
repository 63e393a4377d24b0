"""When the laptop starts a connection that is in review."""

import pytest

from local.__main__ import arguments
from local.progress import Look, Outcomes
from local.session import begins_posting
from local.watch import Round


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
