"""Answers in other encodings are read right, or what nobody can be sure of is uncertain."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mobiwork.mending.encodings import as_utf8
from connector.mobiwork.mending.texts import UNCERTAIN
from connector.mobiwork.xml import fields, read
from tests.unit.mobiwork.answers import ROOT, Server, records

pytestmark = pytest.mark.case("R2b")
NAME = "Peña & Łódź \N{RIGHT SINGLE QUOTATION MARK}n \N{GRINNING FACE}"
XML = "text/xml"


def an_answer(name: str = NAME, *, declared: str = "UTF-8") -> str:
    shown = name.replace("&", "&amp;")
    listed = records("customer", [700112], extra=f"<companyName>{shown}</companyName>")
    return listed.replace('encoding="UTF-8"', f'version="1.0" encoding="{declared}"')


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-8-sig", "utf-8"])
def test_a_list_in_another_encoding_is_read_by_the_client(server: Server, name: str) -> None:
    answer = an_answer(declared="UTF-16").encode(name)
    server.mock.add("POST", f"{ROOT}customer/list.html", body=answer, content_type=XML)
    (record,) = server.client().records("customer")
    assert record.fields["companyname"] == NAME


@pytest.mark.parametrize("mark", [True, False], ids=["mark", "no mark"])
@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
def test_an_answer_of_wider_letters_is_read_as_it_was_meant(name: str, *, mark: bool) -> None:
    before = "\ufeff" if mark else ""
    for blank in ("", "\n ", "\r\n"):
        content = (before + blank + an_answer(declared="UTF-16")).encode(name)
        assert as_utf8(content, XML).decode().lstrip("\ufeff") == blank + an_answer(
            declared="UTF-16"
        )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("iso-8859-2", "Łódź Žižka"),
        ("windows-1251", "Дом №5"),
        ("shift_jis", "東京 カフェ"),
        ("iso-2022-jp", "東京 カフェ"),
        ("gb18030", "北京 Ł"),
    ],
)
def test_what_an_answer_or_its_header_says_counts_where_it_is_no_utf_8(
    name: str, text: str
) -> None:
    said = an_answer(text, declared=name)
    unsaid = said.replace(f'encoding="{name}"', "")
    assert as_utf8(said.encode(name), XML).decode() == said
    assert as_utf8(unsaid.encode(name), f'text/xml; charset="{name}"').decode() == unsaid


@pytest.mark.parametrize("said", ["ISO-8859-1", "windows-1252", "us-ascii", "UTF-16", "UTF-8"])
def test_what_is_utf_8_is_read_as_such_whatever_the_server_says_by_default(said: str) -> None:
    content = an_answer(declared=said).encode()
    assert as_utf8(content, f"text/xml;charset={said}") == content


@pytest.mark.parametrize("said", ["iso-8859-2", "windows-1250", "x-nobody-knows"])
def test_a_byte_that_is_none_beside_letters_of_utf_8_is_no_letter_of_what_was_said(
    said: str,
) -> None:
    content = an_answer(declared=said).encode().replace(b"Pe", b"P\xb3e")
    read = as_utf8(content, XML).decode()
    assert read == an_answer(declared=said).replace("Pe", f"P{UNCERTAIN}e")


@pytest.mark.parametrize("at", [0, 1, 2])
def test_one_blank_byte_at_the_beginning_does_not_make_an_answer_utf_16(at: int) -> None:
    answer = an_answer().encode()
    (listed,) = read(as_utf8(answer[:at] + b"\x00" + answer[at:], XML), call="list customers")
    assert fields(listed[0])["companyname"] == NAME


@pytest.mark.parametrize(
    "said", ["unicode_escape", "raw_unicode_escape", "punycode", "idna", "charmap", "palmos", "hex"]
)
def test_what_no_text_is_written_in_is_never_what_an_answer_is_written_in(said: str) -> None:
    answer = an_answer(r"C:\u0041 \x42", declared=said)
    content = answer.encode().replace(b"C:", b"C\xe9")
    assert as_utf8(content, XML).decode() == answer.replace("C:", f"C{UNCERTAIN}")


def test_bytes_that_no_encoding_has_as_was_said_are_uncertain() -> None:
    content = an_answer("A\ufffeB", declared="x-nobody-knows").encode("cp1252", errors="replace")
    assert as_utf8(content.replace(b"?B", b"\xb3B"), XML).decode().count(UNCERTAIN) == 1


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.sampled_from([2, 4]))
def test_any_text_of_wider_letters_comes_out_as_it_was(text: str, width: int) -> None:
    answer = f"<response>{text}</response>"
    for name in (f"utf-{8 * width}-le", f"utf-{8 * width}-be"):
        assert as_utf8(answer.encode(name), None).decode() == answer


@given(st.binary(max_size=60), st.sampled_from([None, "text/xml;charset=utf-16", "x; charset=hz"]))
def test_no_bytes_and_no_header_stop_the_reading(content: bytes, said: str | None) -> None:
    assert as_utf8(content, said) is not None
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE):
        assert as_utf8(mark + content, said) is not None


def test_half_an_emoji_in_wider_letters_spoils_its_record_alone() -> None:
    answer = an_answer("Half \ud83d cafe").encode("utf-16", errors="surrogatepass")
    (listed,) = read(as_utf8(answer, None), call="list customers")
    assert fields(listed[0])["companyname"] == f"Half {UNCERTAIN} cafe"


TWO_BYTES = ["big5", "big5-hkscs", "gbk", "gb18030", "euc-kr", "euc-jp", "shift_jis", "johab"]
NAMES = ["Peña", "Łódź Müller", "José", "São Jorge Éclairs", "東京 Café"]


@pytest.mark.case("R15h")
@pytest.mark.parametrize("said", TWO_BYTES)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("stray", [b"\xe9", b"\xb3", b"\xff", b"\x80", b"\xa4\xe5", b"\xe9t\xe9"])
def test_a_stray_byte_makes_no_other_letters_of_a_name_whatever_was_said(
    said: str, name: str, stray: bytes
) -> None:
    meant = an_answer(name, declared=said)
    read = as_utf8(meant.encode().replace(b"</response>", stray + b"</response>"), XML).decode()
    assert {*read} - {*meant, "t"} == {UNCERTAIN}


@pytest.mark.case("R15h")
@given(
    st.sampled_from(TWO_BYTES),
    st.text("京都東中文公司李王한국어カフェ안녕Ab -", min_size=1, max_size=30),
)
def test_what_is_written_as_was_said_is_read_so_or_is_uncertain(said: str, name: str) -> None:
    answer = an_answer(name, declared=said)
    try:
        content = answer.encode(said)
    except UnicodeEncodeError:
        return
    read = as_utf8(content, XML).decode()
    assert read == answer or {*read} - {*answer} == {UNCERTAIN}
