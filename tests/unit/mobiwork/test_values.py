import datetime
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from connector.mobiwork.states import state_code
from connector.mobiwork.values import (
    IdValue,
    MobiWorkBool,
    MobiWorkDate,
    MobiWorkDecimal,
    MobiWorkState,
    format_bool,
    format_date,
    format_decimal,
    listed,
    read_bool,
    read_date,
    read_decimal,
    read_id,
)

NINTH_OF_MARCH = datetime.date(2024, 3, 9)


@pytest.mark.parametrize(
    "text",
    [
        "2024/03/09 14:05:00",
        "2024/03/09",
        "2024/3/9",
        "03/09/2024",
        "Sat Mar 09 14:05:00 EST 2024",
        "Sat Mar 09 23:59:59 CAT 2024",
        "Sat Mar 09 00:00:01 GMT+02:00 2024",
        "Sat Mar 09 14:05:00 2024",
        " 2024/03/09\n",
    ],
)
def test_every_spelling_of_a_date_is_the_day_as_printed(text: str) -> None:
    assert read_date(text) == NINTH_OF_MARCH


@pytest.mark.parametrize(
    "text",
    [
        "2024/02/30",
        "13/09/2024",
        "09.03.2024",
        "Sat Mrz 09 14:05:00 EST 2024",
        "8:30",
        "",
        "٢٠٢٤/٠٣/٠٩",
    ],
)
def test_an_unreadable_date_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date as MobiWork writes one") as caught:
        read_date(text)
    assert repr(text) in str(caught.value)


def test_a_point_in_time_is_not_taken_for_a_date() -> None:
    with pytest.raises(ValueError, match="is not a date"):
        read_date(datetime.datetime(2024, 3, 9, tzinfo=datetime.UTC))


@given(st.dates())
def test_a_written_date_reads_back(day: datetime.date) -> None:
    assert read_date(format_date(day)) == day


@given(st.datetimes(), st.sampled_from(["EST", "CAT", "EDT", "UTC"]))
def test_every_spelling_of_any_day_is_that_day(moment: datetime.datetime, zone: str) -> None:
    year = f"{moment.year:04}"
    spellings = [
        f"{format_date(moment.date())} {moment:%H:%M:%S}",
        f"{moment:%m/%d}/{year}",
        f"{moment:%a %b %d %H:%M:%S} {zone} {year}",
    ]
    assert {read_date(text) for text in spellings} == {moment.date()}


@given(st.text())
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        day = read_date(text)
    except ValueError:
        return
    assert isinstance(day, datetime.date)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("120.0", "120.0"),
        ("0.12", "0.12"),
        ("-45.50", "-45.50"),
        ("1.25E7", "12500000"),
        ("1.0E-4", "0.00010"),
        (".5", "0.5"),
    ],
)
def test_a_number_keeps_its_digits(text: str, number: str) -> None:
    assert str(read_decimal(text)) == number


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1,250.00", "1_000", "$5", "", "1e999", "١٢"])
def test_an_unreadable_number_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number as MobiWork writes one"):
        read_decimal(text)


@pytest.mark.parametrize("value", [1.5, True, None, Decimal("NaN"), ["1"]])
def test_a_number_is_never_made_of_something_inexact(value: object) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        read_decimal(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_a_written_number_reads_back(number: Decimal) -> None:
    assert read_decimal(format_decimal(number)) == number


@pytest.mark.parametrize(("text", "value"), [("TRUE", True), ("true", True), ("False", False)])
def test_truth_is_read_in_any_case(text: str, value: bool) -> None:
    assert read_bool(text) is value


def test_truth_is_written_in_lower_case() -> None:
    assert (format_bool(True), format_bool(False)) == ("true", "false")


def test_what_is_neither_true_nor_false_is_named() -> None:
    with pytest.raises(ValueError, match="'maybe' is neither true nor false"):
        read_bool("maybe")


@pytest.mark.parametrize("value", ["0", "", " ", "null", None])
def test_the_id_of_nothing_is_none(value: str | None) -> None:
    assert read_id(value) is None


def test_an_id_is_text_as_it_is() -> None:
    assert read_id(" 0042 ") == "0042"


class Line(BaseModel):
    name: str


class Invoice(BaseModel):
    customerid: IdValue = None
    duedate: MobiWorkDate | None = None
    total: MobiWorkDecimal | None = None
    taxable: MobiWorkBool = False
    state: MobiWorkState | None = None
    lines: Annotated[list[Line], listed("lineItem", "invoiceLineItem")] = []


def test_a_wire_model_reads_all_value_types() -> None:
    read = Invoice.model_validate(
        {
            "customerid": "700112",
            "duedate": "03/09/2024",
            "total": "120.0",
            "taxable": "TRUE",
            "state": "Florida",
            "lines": {"lineitem": {"name": "Labor"}},
        }
    )
    assert read == Invoice(
        customerid="700112",
        duedate=NINTH_OF_MARCH,
        total=Decimal("120.0"),
        taxable=True,
        state="FL",
        lines=[Line(name="Labor")],
    )


def test_a_wire_model_reads_nothing_as_none() -> None:
    empty = dict.fromkeys(["customerid", "duedate", "total", "state", "lines"])
    assert Invoice.model_validate(empty) == Invoice()


@pytest.mark.parametrize("name", ["duedate", "total", "taxable", "customerid"])
def test_a_wire_model_refuses_what_it_cannot_read(name: str) -> None:
    with pytest.raises(ValidationError):
        Invoice.model_validate({name: {"odd": "1"}})


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (None, []),
        ({"lineitem": None}, []),
        ({"lineitem": {"name": "a"}}, ["a"]),
        ({"lineitem": [{"name": "a"}, None, {"name": "b"}]}, ["a", "b"]),
        ({"invoicelineitem": {"name": "a"}, "count": "1"}, ["a"]),
    ],
)
def test_a_list_element_is_the_list_of_its_items(content: object, names: list[str]) -> None:
    read = Invoice.model_validate({"lines": content})
    assert [line.name for line in read.lines] == names


def test_a_list_element_that_is_a_text_is_refused() -> None:
    with pytest.raises(ValidationError):
        Invoice.model_validate({"lines": "three"})


@pytest.mark.parametrize("text", ["FL", "fl", "Florida", " FLORIDA "])
def test_a_state_is_its_code_whatever_is_printed(text: str) -> None:
    assert state_code(text) == "FL"


def test_a_state_that_is_none_of_ours_stays_as_it_is() -> None:
    assert (state_code("Ontario "), state_code("ON")) == ("Ontario", "ON")
