import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import ConfigurationError
from connector.mobiwork.external_id import (
    format_external_id,
    parse_external_id,
    same_external_id,
    spellings,
)

IDS = st.from_regex(r"[0-9]{1,12}", fullmatch=True)
FORMS = st.sampled_from(["{id},QBO", "{id}", "qbo-{id}", "QBO:{id}/1"])


def test_an_external_id_is_written_as_the_native_connector_does() -> None:
    assert format_external_id("74") == "74,QBO"


@pytest.mark.parametrize("text", ["74", "74,QBO", " 74 , QBO ", "qbo-74"])
def test_the_quickbooks_id_is_read_from_every_form(text: str) -> None:
    assert parse_external_id(text, form="qbo-{id}") == "74"


@pytest.mark.parametrize("text", [None, "", "ACME-17", "74,XERO", "QBO", "74,QBO,1", "-74"])
def test_the_external_id_of_another_system_is_not_ours(text: str | None) -> None:
    assert parse_external_id(text) is None


@given(IDS, FORMS)
def test_what_is_written_reads_back(quickbooks_id: str, form: str) -> None:
    text = format_external_id(quickbooks_id, form=form)
    assert parse_external_id(text, form=form) == quickbooks_id


@given(st.text())
def test_any_text_is_parsed_without_a_crash(text: str) -> None:
    assert (parse_external_id(text) or "0").isdigit()


def test_a_plain_id_and_its_native_form_are_the_same() -> None:
    assert same_external_id("74", "74,QBO")


def test_another_systems_ids_are_compared_as_text() -> None:
    assert same_external_id("ACME-17", " ACME-17 ")
    assert not same_external_id("ACME-17", "ACME-18")


def test_two_absent_external_ids_are_not_the_same_record() -> None:
    assert not same_external_id(None, "")


def test_every_spelling_is_searched_once() -> None:
    assert spellings("74,QBO", form="qbo-{id}") == ("74,QBO", "74", "qbo-74")
    assert spellings("ACME-17") == ("ACME-17",)


@pytest.mark.parametrize("form", ["QBO", "{id}{id}"])
def test_a_form_without_one_place_for_the_id_is_refused(form: str) -> None:
    with pytest.raises(ConfigurationError, match=r"must contain \{id\} once"):
        format_external_id("74", form=form)
