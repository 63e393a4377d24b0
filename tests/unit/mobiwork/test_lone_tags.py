import time
from typing import Any
from xml.etree.ElementTree import Element, tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import UnreadableAnswerError
from connector.mobiwork.mending.texts import mended
from connector.mobiwork.xml import fields, read

NAMES = ["br", "BR", "P", "p", "td", "Large", "invoice", "invoices", "id", "b"]


def listed(typed: str) -> dict[str, Any]:
    """A list of two invoices, the second with a typed text."""
    one = "<invoice><id>1</id><comments>fine</comments></invoice>"
    two = f"<invoice><id>2</id><comments>{typed}</comments><total>9</total></invoice>"
    return fields(read(f"<r><invoices>{one}{two}</invoices></r>", call="list invoice"))


@pytest.mark.case("R2a")
@pytest.mark.parametrize(
    "typed",
    [
        "Gate code<BR>is 12",
        "<P>pasted from Outlook",
        "<P>pasted</p> twice<Br>",
        "Hello<o:p> x",
        "Hello<o:p></o:p> x<o:p/>",
        '<p v:shape="7">drawn',
        "<table> x",
        "<TABLE><TR><td>1",
        "<td>1",
        "size <Large> or <Small>",
        "<none>",
        "said </B> and <i>left",
        "<b><none></b> x<br>",
    ],
)
def test_a_tag_that_was_typed_into_a_text_loses_no_list(typed: str) -> None:
    [one, two] = listed(typed)["invoices"]["invoice"]
    assert (one["id"], one["comments"]) == ("1", "fine")
    assert (two["id"], two["total"]) == ("2", "9")
    if "</b>" not in typed:
        assert two["comments"] == typed


@pytest.mark.parametrize(
    "broken",
    [
        "<r><invoices><invoice><id>1</id></invoices></r>",
        "<r><invoices><invoice></invoices></r>",
        "<r><invoices><invoice><number>5</invoices></r>",
        "<r><invoices><invoice><id>1</id></invoice><invoice><id>2</id></invoices></r>",
        "<r><invoice><Id>5</id><total>9</total></invoice></r>",
        "<r><invoice><id>5<total>9</total></invoice></r>",
        "<r><invoices><invoice><id>1</id></invoice>",
        "<r><error>Refused</r>",
        "<r><invoices><invoice><id>1</id></invoice></invoices>",
    ],
)
def test_an_element_of_mobiwork_that_is_not_closed_is_not_taken_for_text(broken: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        read(broken, call="list invoice")


def element(name: str, text: str, inner: list[Element]) -> Element:
    made = Element(name)
    made.text = text
    made.extend(inner)
    return made


TEXTS = st.text(alphabet="a <>&;/b", max_size=5)
TREES = st.recursive(
    st.builds(element, st.sampled_from(NAMES), TEXTS, st.just([])),
    lambda inner: st.builds(element, st.sampled_from(NAMES), TEXTS, st.lists(inner, max_size=3)),
)


@given(TREES)
def test_what_is_well_formed_is_never_changed(tree: Element) -> None:
    source = tostring(tree, encoding="unicode")
    assert mended(source) == source


@pytest.mark.parametrize("typed", ["<br>" * 40_000, "<Large>" * 40_000])
def test_many_typed_tags_are_read_in_time_that_grows_with_them(typed: str) -> None:
    began = time.process_time()
    assert len(listed(typed)["invoices"]["invoice"]) == 2
    assert time.process_time() - began < 10
