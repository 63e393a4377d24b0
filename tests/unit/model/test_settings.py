"""What differs between two settings."""

from connector.model.policy.settings import Settings

CALLS = [f"{entity}.{call}" for entity in ("tax", "terms", "vendor") for call in ("list", "add")]


def test_the_order_of_a_set_is_no_difference() -> None:
    one, other = (Settings(capabilities=frozenset(some)) for some in (CALLS, CALLS[::-1]))
    assert one.differing(other) == ({}, {})


def test_what_differs_is_told_of_both_as_json() -> None:
    one, other = Settings(), Settings(markup_product="307014")
    assert one.differing(other) == ({"markup_product": ""}, {"markup_product": "307014"})
