from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from connector.entities.shared.documents import (
    LARGEST,
    document_number,
    fitting_price,
    is_same_again,
)
from connector.model.markers import same_marker

CENT = Decimal("0.01")
AMOUNTS = st.decimals("-99999999", "99999999", places=2)
FIGURES = st.decimals("-99999999", "99999999", places=7)


@given(number=st.text(min_size=1, max_size=60))
def test_a_document_number_fits_and_differs_when_the_number_differs(number: str) -> None:
    assert len(document_number(number)) <= 21
    assert document_number(number) != document_number(number + "x")


@given(quantity=FIGURES, price=FIGURES, amount=AMOUNTS)
def test_a_fitting_price_is_multiplied_back_to_the_amount(
    quantity: Decimal, price: Decimal, amount: Decimal
) -> None:
    fitting = fitting_price(quantity, price, amount)
    if fitting is not None:
        assert (quantity * fitting).quantize(CENT, rounding=ROUND_HALF_UP) == amount
        assert abs(fitting) < LARGEST


def test_a_third_of_a_hundred_is_priced_to_seven_places() -> None:
    price = fitting_price(Decimal(3), Decimal("33.33"), Decimal("100.00"))
    assert price == Decimal("33.3333333")


def test_nothing_has_no_unit_price() -> None:
    assert fitting_price(Decimal(0), Decimal(5), Decimal(5)) is None


def test_a_document_is_ours_by_its_marker_whatever_a_person_wrote_around_it() -> None:
    ours = {"PrivateNote": "MobiWork invoice 1 (MobiWork invoice 1, ref. c1)"}
    notes = [
        "Asked twice. (MobiWork invoice 1, ref. c1) Paid.",
        "(MobiWork invoice 11, ref. c1)",
        "",
    ]
    assert [same_marker(ours, {"PrivateNote": note}) for note in notes] == [True, False, False]


def test_a_document_without_a_note_is_not_ours() -> None:
    assert not same_marker({"PrivateNote": "(MobiWork invoice 1, ref. c1)"}, {})


class Unread(dict[str, object]):
    """A document of which nothing but the customer and its kind may be asked."""

    def get(self, name: str, default: object = None) -> object:
        assert name == "CustomerRef", name
        return super().get(name, default)


def test_the_lines_of_other_customers_are_not_counted_to_see_whether_it_is_the_same_again() -> None:
    own, other = Unread(CustomerRef={"value": "1"}), Unread(CustomerRef={"value": "2"})
    assert not is_same_again(own, other)
