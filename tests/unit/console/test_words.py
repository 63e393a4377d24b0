"""Values are written as people in the United States write them."""

from datetime import UTC, datetime

import pytest

from connector.console import words


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("It is closed until 2026-03-31.", "It is closed until Mar 31, 2026."),
        ("From 2026-01-02T10:11:12+00:00 on", "From Jan 2, 2026 on"),
        ("Number 2026-13-45 is none", "Number 2026-13-45 is none"),
        ("order WO-2026-03-31, file/2026-03-31", "order WO-2026-03-31, file/2026-03-31"),
        ("payment 7 of 1204.50 for Permits", "payment 7 of $1,204.50 for Permits"),
        ("Its markup is -4.00, not 7.25%.", "Its markup is -$4.00, not 7.25%."),
        ('It adds up to 190.00 for "Pipe 1.50"', 'It adds up to $190.00 for "Pipe 1.50"'),
        ("$3.00, part 12.50-A, 10.00.1, v2.50", "$3.00, part 12.50-A, 10.00.1, v2.50"),
        ("SalesReceipt 7 is no salesOrder", "sales receipt 7 is no sales order"),
        (None, ""),
    ],
)
def test_days_and_amounts_in_sentences_are_written_as_people_do(
    told: str | None, written: str
) -> None:
    assert words.sentence(told) == written


def test_a_caller_of_aws_is_named_by_the_last_part_with_the_whole_one_behind() -> None:
    arn = "arn:aws:sts::123456789012:assumed-role/Office/jane"
    assert words.who(arn) == f'<span title="{arn}">jane</span>'
    assert ">AWS account 123456789012<" in words.who("arn:aws:iam::123456789012:root")
    assert words.who("jane@harbor.example") == "jane@harbor.example"


def test_a_moment_is_told_by_how_long_it_is_ago_with_the_exact_one_behind() -> None:
    now = datetime(2026, 3, 2, 20, 5, tzinfo=UTC)
    told = words.moment("2026-03-02T17:05:00+00:00", now)
    assert told == (
        '<time datetime="2026-03-02T17:05:00+00:00" title="Mar 2, 2026, 5:05 PM UTC">'
        "3 hours ago</time>"
    )
    assert words.run_name("20260302T090501-4be1a7c2") == "Mar 2, 2026, 9:05:01 AM UTC"
