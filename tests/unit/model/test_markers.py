import pytest

from connector.model.body import Body
from connector.model.markers import Marker, markers_in, same_marker, without_markers

OLD = "[MobiWork salesOrder 61001 c0ffee]"
NEW = "(MobiWork sales order 61001, ref. c0ffee)"
ORDER = Marker("salesOrder", "61001", "c0ffee")


def noted(note: str) -> Body:
    return {"PrivateNote": note}


@pytest.mark.case("M27")
@pytest.mark.parametrize(
    ("marker", "text"),
    [
        (Marker("invoice", "5501", "c1"), "(MobiWork invoice 5501, ref. c1)"),
        (Marker("openSalesOrder", "7", "c1"), "(MobiWork open sales order 7, ref. c1)"),
        (Marker("bill", "71003-2", "c1"), "(MobiWork bill 71003-2, ref. c1)"),
    ],
)
def test_a_marker_reads_like_a_reference_and_is_read_back_as_it_was(
    marker: Marker, text: str
) -> None:
    assert str(marker) == text
    assert list(markers_in(noted(f"Voided - asked twice {text} Paid."))) == [marker]


@pytest.mark.case("M27a")
def test_markers_of_before_are_recognised_and_are_the_same() -> None:
    assert list(markers_in(noted(f"MobiWork sales order SO-1 {OLD}"))) == [ORDER]
    assert same_marker(noted(OLD), noted(NEW))
    assert same_marker(noted(NEW), noted(OLD))


@pytest.mark.parametrize(
    "other",
    [
        "(MobiWork sales order 610012, ref. c0ffee)",
        "(MobiWork sales order 1001, ref. c0ffee)",
        "(MobiWork open sales order 61001, ref. c0ffee)",
        "(MobiWork sales order 61001, ref. c0ffee2)",
        "[MobiWork salesOrder 610012 c0ffee]",
        "MobiWork sales order 61001",
    ],
)
def test_no_other_record_has_the_same_marker(other: str) -> None:
    assert not same_marker(noted(NEW), noted(other))
    assert not same_marker(noted(OLD), noted(other))


def test_the_last_marker_of_a_body_is_its_own() -> None:
    typed = "expense on (MobiWork invoice 1, ref. c1) (MobiWork expense 2, ref. c1)"
    assert same_marker(noted(typed), noted("(MobiWork expense 2, ref. c1)"))
    assert not same_marker(noted(typed), noted("(MobiWork invoice 1, ref. c1)"))


@pytest.mark.parametrize("marker", [OLD, NEW])
def test_the_words_of_a_note_are_what_is_left_without_its_marker(marker: str) -> None:
    assert without_markers(f"MobiWork sales order SO-1 {marker}") == "MobiWork sales order SO-1"
