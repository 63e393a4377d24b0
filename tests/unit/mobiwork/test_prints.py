from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import UnreadableAnswerError
from connector.mobiwork.endpoints import registry
from connector.mobiwork.lists.pages import ListedPage, page_of
from connector.mobiwork.lists.prints import LastReading, PageReader
from connector.mobiwork.xml import RawRecord, read
from tests.unit.mobiwork.answers import success

INVOICES = registry()["invoice", "list"]
ONE = "<invoice><invoiceId>1</invoiceId><total>9.63</total></invoice>"
TWO = "<invoice><invoiceId>2</invoiceId><notes>Call &amp; ask</notes></invoice>"


@dataclass(frozen=True)
class Quick:
    """A page read by its prints; whether the answer was read whole, and the ids read as before."""

    page: ListedPage | None
    whole: bool

    @property
    def same(self) -> set[str | None]:
        return {one.id for one in self.page.records if one.same} if self.page else set()

    @property
    def records(self) -> list[RawRecord]:
        return [one.read() for one in self.page.records] if self.page else []

    @property
    def marks(self) -> dict[str, str]:
        found = self.page.records if self.page else ()
        return {one.mark: one.id for one in found if one.mark and one.id}


def quickly(content: bytes, ids: Mapping[str, str] | None = None) -> Quick:
    reader = PageReader(INVOICES, LastReading(ids=ids or {}))
    root: Element | None = reader.around(content)
    found = read(content, call="test") if root is None else root
    return Quick(reader.page(found), whole=root is None)


def slowly(content: bytes) -> list[RawRecord]:
    page = page_of(read(content, call="test"), INVOICES)
    return list(page.records) if page else []


def page(*items: str) -> bytes:
    return success(f"<invoiceList>{''.join(items)}</invoiceList>").encode()


def test_what_is_printed_as_before_is_the_same_and_nothing_else_is() -> None:
    known = quickly(page(ONE, TWO)).marks
    again = quickly(page(ONE, TWO.replace("ask", "wait")), known)
    assert (again.same, again.whole) == ({"1"}, False)


@pytest.mark.parametrize(
    "printed",
    [
        ONE.replace("9.63", "9.630"),
        ONE.replace("><total", "> <total"),
        ONE.replace("<invoiceId>1</invoiceId>", "").replace(
            "</total>", "</total><invoiceId>1</invoiceId>"
        ),
        ONE.replace("9.63", "<![CDATA[9.63]]>"),
    ],
)
def test_blanks_and_another_order_are_read_anew(printed: str) -> None:
    known = quickly(page(ONE)).marks
    assert quickly(page(printed), known).same == set()


def test_what_another_reader_read_says_nothing() -> None:
    known = quickly(page(ONE)).marks
    reader = PageReader(INVOICES, LastReading(reader="of another form", ids=known))
    root = reader.around(page(ONE))
    assert root is not None
    found = reader.page(root)
    assert found is not None
    assert [one.same for one in found.records] == [False]


UNUSUAL = {
    "a comment": page(ONE, f"<!-- {TWO} -->"),
    "CDATA": page(
        "<invoice><invoiceId>3</invoiceId><notes><![CDATA[</invoice>]]></notes></invoice>"
    ),
    "text of CDATA": page(
        f"<invoice at='1'><invoiceId>3</invoiceId><notes><![CDATA[{ONE}]]></notes></invoice>"
    ),
    "an instruction": page(f"<?print {ONE} ?>", TWO),
    "one inside another": page(f"<invoice><invoiceId>3</invoiceId>{ONE}</invoice>"),
    "one inside an empty one": page("<invoice a='1'/>", ONE),
    "a namespace around": success(
        f'<a xmlns="urn:x"><invoiceList>{ONE}</invoiceList></a>'
    ).encode(),
    "not in a list": success(f"<other>{ONE}</other><invoiceList/>").encode(),
    "blanks in the tag": page(ONE.replace("<invoice>", "< invoice>"), TWO),
}


@pytest.mark.parametrize("unusual", UNUSUAL)
def test_an_unusual_answer_is_read_as_if_nothing_were_known(unusual: str) -> None:
    known = quickly(page(ONE, TWO)).marks
    assert quickly(UNUSUAL[unusual], known).records == slowly(UNUSUAL[unusual])


@pytest.mark.parametrize(
    "broken",
    [
        success(f"<invoiceList>{ONE}{TWO}").encode(),
        b"<!DOCTYPE response [<!ENTITY x 'y'>]>" + page(ONE),
        page(ONE, "<invoice><invoiceId>2</invoiceId><notes></invoice>"),
    ],
)
def test_a_broken_answer_is_as_unreadable_as_without_marks(broken: bytes) -> None:
    known = quickly(page(ONE, TWO)).marks
    with pytest.raises(UnreadableAnswerError):
        quickly(broken, known)


def test_bytes_that_are_no_text_are_mended_and_leave_the_others_alone() -> None:
    known = quickly(page(ONE, TWO)).marks
    found = quickly(page(ONE, TWO).replace(b"Call", b"Caf\xe9"), known)
    assert (found.same, found.records[1].fields["notes"]) == ({"1"}, "Café & ask")


NAMES = st.sampled_from(["invoice", "invoiceId", "invoiceList", "notes", "total", "customer"])
TEXTS = st.sampled_from(
    ["", "1", "2", "3", " 2 ", "null", "a&amp;b", "é", "&#233;", "<x/>", "<!-- 2 -->"]
)


def _element(parts: tuple[str, list[str], bool]) -> str:
    name, inner, blank = parts
    return f"<{name}{' ' if blank else ''}>{''.join(inner)}</{name}>"


TREES = st.recursive(
    TEXTS, lambda inner: st.tuples(NAMES, st.lists(inner, max_size=3), st.booleans()).map(_element)
)
ITEMS = st.builds("<invoice><invoiceId>{}</invoiceId>{}</invoice>".format, st.integers(1, 4), TREES)
SPOILED = st.sampled_from(
    [
        "<!-- {} -->",
        "<![CDATA[{}]]>",
        "<a>{}</a>",
        "{}{}",
        "<invoice>{}</invoice>",
        "\x01{}",
        "< b>{}</b>",
    ]
)
PIECES = ITEMS | TREES | st.builds(lambda form, item: form.replace("{}", item), SPOILED, ITEMS)


@given(before=st.lists(PIECES, max_size=6), now=st.lists(PIECES, max_size=6), kept=st.data())
def test_whatever_is_printed_it_is_read_as_without_marks(
    before: list[str], now: list[str], kept: st.DataObject
) -> None:
    shared = kept.draw(st.lists(st.sampled_from(before), max_size=4)) if before else []
    known = _read_or_nothing(page(*before), {})
    first, then = page(*before), page(*now, *shared)
    marks = known.marks if isinstance(known, Quick) else {}
    del first
    try:
        expected: list[RawRecord] | None = slowly(then)
    except UnreadableAnswerError:
        expected = None
    found = _read_or_nothing(then, marks)
    assert (found.records if found else None) == expected


def _read_or_nothing(content: bytes, ids: Mapping[str, str]) -> Quick | None:
    try:
        return quickly(content, ids)
    except UnreadableAnswerError:
        return None
