import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import RecordError, UnreadableAnswerError
from connector.mobiwork.mending.texts import UNCERTAIN
from connector.mobiwork.xml import fields, read, write
from tests.unit.mobiwork.answers import CUSTOMER, Server, records, success


def texts_of(content: bytes) -> dict[str, object]:
    return fields(read(content, call="list customers"))


def listed(name: bytes) -> bytes:
    """A list of two records, the first of them spoiled."""
    return b"<r><a>Blue" + name + b"Heron</a><b>Pe\xc3\xb1a</b></r>"


@pytest.mark.case("R2")
@pytest.mark.parametrize(
    ("spoiled", "read_as"),
    [
        (b"&#11;", " "),
        (b"&#x1F;", " "),
        (b"&#0;", ""),
        (b"\x1f", " "),
        (b"\x00", ""),
        (b"\x92", "\N{RIGHT SINGLE QUOTATION MARK}"),
        (b"\xe9", "é"),
        (b"&nbsp;", "\N{NO-BREAK SPACE}"),
        (b"&eacute;", "é"),
        (b" & ", " & "),
        (b"&T;", "&T;"),
        (b"&amp;&lt;&#233;", "&<é"),
        (b"&#55357;&#56832;", "\N{GRINNING FACE}"),
        (b"&#xD83D;&#xDE00;", "\N{GRINNING FACE}"),
        (b"\xed\xa0\xbd\xed\xb8\x80", "\N{GRINNING FACE}"),
        (b"<![CDATA[ &amp; \x0b]]>", " &amp;  "),
        ("\ufffe\uffff".encode(), ""),
        (b"&#xFFFF;", ""),
    ],
)
def test_what_is_certain_is_mended_and_the_rest_of_the_list_is_read(
    spoiled: bytes, read_as: str
) -> None:
    for poison in (spoiled, spoiled + b"\x01"):
        assert texts_of(listed(poison)) == {"a": f"Blue{read_as}Heron", "b": "Peña"}


@pytest.mark.case("R2")
@pytest.mark.parametrize(
    "declaration", [b'<?xml encoding="UTF-8" ?>\n', b'<?xml version="1.0"?>', b"\xef\xbb\xbf\n"]
)
@pytest.mark.parametrize("poison", [b"\x92", b"\xe9", b"\xed\xa0\xbd", b"\xc3"])
def test_a_byte_that_is_no_utf_8_spoils_no_list_that_begins_with_a_declaration(
    declaration: bytes, poison: bytes
) -> None:
    assert texts_of(declaration + listed(poison))["b"] == "Peña"


@pytest.mark.case("R2a")
@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        (b" ]]> ", " ]]> "),
        (b" < ", " < "),
        (b"<3", "<3"),
        (b" <joe@heron.example> ", " <joe@heron.example> "),
        (b"<Sons", "<Sons"),
        (b"<br>", "<br>"),
        (b" <b>bold", " <b>bold"),
        (b"bold</i> ", "bold</i> "),
        (b"<!-- x", "<!-- x"),
        (b"<![CDATA[ x", "<![CDATA[ x"),
        (b"<!DOCTYPE x>", "<!DOCTYPE x>"),
    ],
)
def test_what_is_no_tag_is_read_as_it_was_typed(typed: bytes, read_as: str) -> None:
    for poison in (typed, typed + b"\x01"):
        assert texts_of(listed(poison)) == {"a": f"Blue{read_as}Heron", "b": "Peña"}


@pytest.mark.parametrize("odd", ["\u202e", "\u200f", "\ufeff", "\x85", "\x7f", "\U0001fffe"])
def test_characters_that_xml_knows_are_left_as_they_are(odd: str) -> None:
    assert texts_of(listed(odd.encode())) == {"a": f"Blue{odd}Heron", "b": "Peña"}


@pytest.mark.case("R2")
@pytest.mark.parametrize(
    "spoiled", [b"\x81", b"\xe2\x80", b"&#55357;", b"\xed\xb8\x80", b"&#99999999;"]
)
def test_what_is_not_certain_is_put_down_as_such(spoiled: bytes) -> None:
    assert texts_of(listed(spoiled)) == {"a": f"Blue{UNCERTAIN}Heron", "b": "Peña"}


def test_a_text_that_was_cut_within_a_letter_is_not_certain() -> None:
    assert texts_of(b"<r><a>Pe\xc3</a><b>Jos\xe9</b></r>") == {"a": f"Pe{UNCERTAIN}", "b": "José"}


def test_a_reference_of_a_document_type_is_refused_all_the_same() -> None:
    with pytest.raises(UnreadableAnswerError, match="refused unread"):
        read(b'<!DOCTYPE a [<!ENTITY x "y">]><a>\x92&x;</a>', call="list customers")


@pytest.mark.case("R2")
def test_a_record_with_a_text_that_nobody_can_be_sure_of_is_not_sent_back(server: Server) -> None:
    spoiled = success(CUSTOMER.replace("gold", "&#55357;"))
    server.answers("GET", "customer/700112/view.html", spoiled)
    with pytest.raises(RecordError, match="customer 700112 of MobiWork holds bytes that are no"):
        server.client().edit("customer", "700112", {"companyName": "Grey Heron"})
    assert len(server.asked) == 1


@given(st.lists(st.sampled_from([b"\x92", b"&", b"#1;", b"\x0b", b"<", b"]]>", b"\xf0", b"a;"])))
def test_whatever_is_read_can_be_written_and_read_again(parts: list[bytes]) -> None:
    try:
        root = read(b"<a>" + b"".join(parts) + b"</a>", call="list customers")
    except UnreadableAnswerError:
        return
    assert fields(read(write(root), call="again")) == fields(root)


@pytest.mark.case("R1a")
@pytest.mark.parametrize("odd", ["9" * 101, "12#7", "é" * 5000])
def test_what_nothing_could_be_kept_under_is_no_id(server: Server, odd: str) -> None:
    server.answers("POST", "customer/list.html", records("customer", ["1", odd, "3"]))
    assert [one.id for one in server.client().records("customer")] == ["1", None, "3"]
