import re
from typing import Any

import pytest

from connector.errors import (
    ConnectionBrokenError,
    ConnectorError,
    DuplicateNameError,
    DuplicateNumberError,
    RateLimitedError,
    RejectedError,
    RemoteDownError,
    StaleSyncTokenError,
    UnreadableAnswerError,
)
from connector.quickbooks.fault_catalogue import CATALOGUE
from connector.quickbooks.faults import error_for, faults_in, redact
from tests.unit.quickbooks.parts import fault, faults, gateway_fault

CODES = [
    "100",
    "110",
    "120",
    "130",
    "140",
    "150",
    "500",
    "600",
    "610",
    "620",
    "630",
    "700",
    "800",
    "900",
    "1000",
    "1010",
    "1020",
    "1040",
    "2000",
    "2010",
    "2020",
    "2030",
    "2040",
    "2050",
    "2060",
    "2070",
    "2080",
    "2090",
    "2100",
    "2110",
    "2120",
    "2130",
    "2140",
    "2150",
    "2160",
    "2170",
    "2210",
    "2220",
    "2290",
    "2500",
    "2600",
    "3000",
    "3001",
    "3100",
    "3200",
    "3202",
    "4000",
    "4001",
    "4002",
    "5000",
    "5010",
    "5020",
    "5030",
    "6000",
    "6010",
    "6030",
    "6040",
    "6041",
    "6050",
    "6070",
    "6080",
    "6090",
    "6100",
    "6130",
    "6140",
    "6150",
    "6160",
    "6170",
    "6180",
    "6190",
    "6200",
    "6210",
    "6220",
    "6230",
    "6240",
    "6250",
    "6270",
    "6280",
    "6310",
    "6400",
    "6420",
    "6430",
    "6440",
    "6450",
    "6470",
    "6480",
    "6520",
    "6540",
    "10000",
    "10100",
    "10200",
]

CLASSES: dict[str, type[ConnectorError]] = {
    "120": ConnectionBrokenError,
    "140": RemoteDownError,
    "600": UnreadableAnswerError,
    "610": RejectedError,
    "2500": RejectedError,
    "3001": RateLimitedError,
    "3100": ConnectionBrokenError,
    "3200": ConnectionBrokenError,
    "4000": RejectedError,
    "4001": RejectedError,
    "5010": StaleSyncTokenError,
    "6000": RejectedError,
    "6140": DuplicateNumberError,
    "6190": ConnectionBrokenError,
    "6210": RejectedError,
    "6240": DuplicateNameError,
    "6250": RejectedError,
    "10000": RemoteDownError,
    "10200": ConnectionBrokenError,
    "98765": RejectedError,
}


def error_of(body: object, *, write: bool = True) -> ConnectorError:
    return error_for(faults_in(body), who='Customer "Harbor Cafe"', write=write)


def test_the_catalogue_knows_every_code_of_the_reference() -> None:
    assert sorted(CATALOGUE) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_can_be_said(code: str) -> None:
    assert re.fullmatch(r"[A-Z][^{}]*\.\)?", str(error_of(fault(code))))


@pytest.mark.parametrize("code", CODES)
def test_a_refused_record_has_one_to_three_fixes(code: str) -> None:
    error = error_of(fault(code))
    assert not isinstance(error, RejectedError) or 1 <= len(error.fixes) <= 3


@pytest.mark.parametrize(("code", "kind"), CLASSES.items())
def test_a_code_becomes_the_error_that_says_what_to_do_next(
    code: str, kind: type[ConnectorError]
) -> None:
    assert type(error_of(fault(code))) is kind


def test_a_refusal_says_who_what_why_and_what_to_do() -> None:
    detail = "The name supplied already exists. : Another customer, vendor ..."
    assert str(error_of(fault("6240", detail=detail))) == (
        'Customer "Harbor Cafe" was refused by QuickBooks. Its name already belongs to another '
        "record in QuickBooks, maybe an inactive one; customers, vendors and employees share their "
        "names. Link it to that record, or create it under another name. (QuickBooks says: "
        '"The name supplied already exists. : Another customer, vendor ...", code 6240.)'
    )


def test_the_field_is_named_when_quickbooks_names_it() -> None:
    said = str(error_of(fault("2050", element="PrivateNote")))
    assert "Its memo is too long for QuickBooks." in said


def test_a_field_on_a_line_is_named_in_the_same_words() -> None:
    assert "Its amount is not an amount" in str(error_of(fault("2100", element="Line.Amount")))


def test_a_field_that_nobody_has_a_word_for_is_named_as_quickbooks_does() -> None:
    said = str(error_of(fault("2050", element="ShipMethodRef")))
    assert 'The field "ShipMethodRef" is too long for QuickBooks.' in said


def test_a_field_that_is_not_named_is_one_of_its_fields() -> None:
    assert "One of its fields is too long" in str(error_of(fault("2050")))


def test_an_unknown_code_is_a_refusal_with_the_detail() -> None:
    error = error_of(fault("98765", detail="Something new"))
    assert '"Something new", code 98765' in str(error)


def test_all_errors_of_an_answer_are_said() -> None:
    body = faults(
        {"code": "2050", "Detail": "Max 4000", "element": "PrivateNote"},
        {"code": "6070", "Detail": "Amount is not equal"},
    )
    said = str(error_of(body))
    assert "Max 4000" in said
    assert "Amount is not equal" in said


def test_two_different_refusals_are_not_taken_for_a_duplicate_name() -> None:
    assert type(error_of(faults({"code": "6240"}, {"code": "2050"}))) is RejectedError


def test_a_broken_connection_outweighs_a_refusal() -> None:
    assert type(error_of(faults({"code": "2050"}, {"code": "6190"}))) is ConnectionBrokenError


def test_a_refusal_outweighs_what_could_be_tried_again() -> None:
    assert type(error_of(faults({"code": "5010"}, {"code": "2050"}))) is RejectedError


def test_an_unexpected_error_that_asks_to_try_again_may_have_happened() -> None:
    detail = "An unexpected error occurred while accessing or saving your data. Please try again."
    error = error_of(fault("6000", detail=detail))
    assert (type(error), getattr(error, "unknown_outcome", None)) == (RemoteDownError, True)


@pytest.mark.parametrize(("write", "unknown"), [(True, True), (False, False)])
def test_an_application_error_leaves_only_a_write_unknown(*, write: bool, unknown: bool) -> None:
    error = error_of(fault("10000"), write=write)
    assert isinstance(error, RemoteDownError)
    assert error.unknown_outcome is unknown


def of_system(body: dict[str, Any]) -> dict[str, Any]:
    return {"Fault": body["Fault"] | {"type": "SystemFault"}}


@pytest.mark.case("X7")
@pytest.mark.parametrize(("write", "unknown"), [(True, True), (False, False)])
def test_an_unknown_code_of_the_system_leaves_only_a_write_unknown(
    *, write: bool, unknown: bool
) -> None:
    error = error_of(of_system(fault("98765")), write=write)
    assert isinstance(error, RemoteDownError)
    assert error.unknown_outcome is unknown


@pytest.mark.case("X7")
@pytest.mark.parametrize("kind", ["ServiceFault", "", None, "SERVICE"])
def test_only_a_fault_that_says_so_is_a_refusal_where_the_code_is_unknown(kind: str | None) -> None:
    error = error_of({"Fault": fault("98765")["Fault"] | {"type": kind}}, write=True)
    assert (type(error), error.unknown_outcome) == (RemoteDownError, True)


def test_a_known_code_means_the_same_in_a_fault_of_the_system() -> None:
    assert type(error_of(of_system(fault("2050")))) is RejectedError


def test_a_locked_company_has_done_nothing() -> None:
    error = error_of(fault("140"))
    assert isinstance(error, RemoteDownError)
    assert not error.unknown_outcome


def test_both_spellings_are_read_alike() -> None:
    codes = [faults_in(body)[0].code for body in (fault("3200"), gateway_fault("3200", status=401))]
    assert codes == ["3200", "3200"]


def test_a_padded_code_is_the_same_code() -> None:
    assert faults_in(fault("003001"))[0].code == "3001"


def test_a_code_given_only_in_the_message_is_found() -> None:
    body = fault("", message="message=ThrottleExceeded; errorCode=003001; statusCode=429")
    assert faults_in(body)[0].code == "3001"


@pytest.mark.parametrize("body", [None, [], "<html>", {}, {"fault": None}, {"Fault": {"Error": 7}}])
def test_what_is_no_fault_holds_no_faults(body: object) -> None:
    assert faults_in(body) == ()


def test_a_detail_that_ends_in_null_is_cut() -> None:
    assert faults_in(fault("610", detail="Object Not Found : null"))[0].detail == "Object Not Found"


@pytest.mark.parametrize(
    "text",
    [
        "Token expired: s3cret",
        "Authorization: Bearer s3cret",
        "sent eyJs3cret.s3cret.s3cret today",
        "RT1-12-H0-s3crets3crets3crets3crets3crets3cret",
        "token=s3cret&more",
    ],
)
def test_what_looks_like_a_token_is_redacted(text: str) -> None:
    assert "s3cret" not in redact(text)


def test_a_known_token_is_redacted_wherever_it_stands() -> None:
    assert redact("it was short-1 there", "short-1") == "it was [redacted] there"


@pytest.mark.parametrize(
    "words",
    [
        "The name supplied already exists. : Another customer, vendor or employee is using it.",
        "Could not find resource: https://quickbooks.api.intuit.com/v3/company/9130350000000001/x",
    ],
)
def test_words_for_people_are_not_redacted(words: str) -> None:
    assert redact(words) == words
