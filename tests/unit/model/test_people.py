import pytest

from connector.model.control.people import shown_caller
from connector.model.worklist.instructions import Instruction, Wish

SIGNED = "arn:aws:sts::123456789012:assumed-role/office/ann@example.com"


@pytest.mark.parametrize(
    ("by", "shown"),
    [
        ("ann@example.com", "ann@example.com"),
        (SIGNED, "ann@example.com"),
        ("arn:aws:iam::123456789012:user/ann", "ann"),
        ("arn:aws:iam::123456789012:root", "AWS account 123456789012"),
    ],
)
def test_who_signed_is_named_without_the_address_of_aws(by: str, shown: str) -> None:
    assert shown_caller(by) == shown


def test_a_sentence_about_a_record_names_a_person_and_no_address() -> None:
    said = Instruction(
        connection_id="c1",
        flow="push_customers",
        record_id="7",
        wish=Wish.LEAVE_OUT,
        why="A test customer.",
        by=SIGNED,
        at="2026-03-02T09:00:00+00:00",
    )
    assert said.sentence == "It is left out for good by ann@example.com: A test customer."
