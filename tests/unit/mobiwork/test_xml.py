from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import UnreadableAnswerError
from connector.mobiwork.xml import MAX_DEPTH, RawRecord, build, fields, read, write

CALL = "list customers"


def fields_of(text: str | bytes) -> dict[str, object]:
    return fields(read(text, call=CALL))


def refusal_of(text: str | bytes) -> str:
    with pytest.raises(UnreadableAnswerError) as caught:
        read(text, call=CALL)
    return str(caught.value)


def test_a_declaration_without_a_version_is_read() -> None:
    assert fields_of('<?xml encoding="UTF-8" ?>\n<a><b>1</b></a>') == {"b": "1"}


def test_a_declared_other_encoding_is_ignored_because_the_answer_is_utf_8() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><a><b>Peña</b></a>'
    assert fields_of(text.encode()) == {"b": "Peña"}


def test_a_byte_order_mark_before_the_declaration_is_read() -> None:
    assert fields_of('\ufeff<?xml version="1.0"?><a><b>1</b></a>'.encode()) == {"b": "1"}


def test_blanks_inside_tags_are_read() -> None:
    text = "<a>< address2>Unit 4</ address2>< city/></a>"
    assert fields_of(text) == {"address2": "Unit 4", "city": None}


def test_the_tolerant_pass_leaves_cdata_alone() -> None:
    assert fields_of("<a>< b><![CDATA[x < y]]></b></a>") == {"b": "x < y"}


def test_the_word_null_and_empty_elements_are_none() -> None:
    text = "<a><b>null</b><c/><d></d><e> \n </e><f> null </f></a>"
    assert fields_of(text) == dict.fromkeys("bcdef")


def test_texts_are_stripped() -> None:
    assert fields_of("<a><b>\n  Blue Heron  </b></a>") == {"b": "Blue Heron"}


def test_keys_are_lower_case_whatever_mobiwork_prints() -> None:
    assert fields_of("<a><PhoneNumber>1</PhoneNumber></a>") == {"phonenumber": "1"}


def test_namespaces_are_left_aside() -> None:
    assert fields_of('<a xmlns="urn:x"><b>1</b></a>') == {"b": "1"}


def test_repeated_children_become_a_list() -> None:
    text = "<a><l><i>1</i><i><n>2</n></i><i/></l></a>"
    assert fields_of(text) == {"l": {"i": ["1", {"n": "2"}, None]}}


def test_unknown_elements_are_kept_nested() -> None:
    assert fields_of("<a><new><deep>1</deep></new></a>") == {"new": {"deep": "1"}}


def test_an_element_without_children_has_no_fields() -> None:
    assert fields_of("<a>text</a>") == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not xml",
        "<a><c></a>",
        "<a><error>Customer has work orders</a>",
        "<a><b>1</b>",
        "<a></a><b></b>",
        '<!DOCTYPE html><html lang="en"></html>',
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
    ],
)
def test_what_is_not_xml_is_an_unreadable_answer(text: str) -> None:
    assert refusal_of(text).startswith(f"MobiWork's answer to {CALL} ")


def test_the_refusal_names_the_position_in_the_answer_as_it_was_sent() -> None:
    text = '<?xml encoding="UTF-8" ?>\n<a><name>Ana</nome></a>'
    assert "breaks at line 2, column 14, near" in refusal_of(text)


def test_the_refusal_shows_the_tags_around_the_position() -> None:
    text = '<a><name kind="x">Ana</nome></a>'
    assert refusal_of(text).endswith(", near <a><name…>…</nome></a>.")


def test_the_refusal_shows_no_text_of_the_answer() -> None:
    message = refusal_of("<a><token>K4N7T2</token><email>ana@example.com</email><c></a>")
    assert "K4N7T2" not in message
    assert "example.com" not in message


def test_absurdly_deep_nesting_is_an_unreadable_answer() -> None:
    deep = 100_000
    assert "nested more than" in refusal_of("<a>" * deep + "</a>" * deep)


def test_the_deepest_allowed_nesting_is_read() -> None:
    assert fields_of("<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH) != {}


def test_a_record_reads_its_own_xml() -> None:
    record = RawRecord("customer", "7", "<customer><id>7</id><odd>x</odd></customer>")
    assert record.fields == {"id": "7", "odd": "x"}


def test_a_stored_record_that_was_cut_says_which() -> None:
    with pytest.raises(UnreadableAnswerError, match="the stored customer 7 breaks"):
        RawRecord("customer", "7", "<customer><id>7").element()


def test_what_is_built_is_escaped() -> None:
    assert write(build("name", "Smith & <Sons>")) == "<name>Smith &amp; &lt;Sons&gt;</name>"


def test_a_mapping_nests_a_sequence_repeats_and_none_is_left_out() -> None:
    content = {"name": "Heron", "fax": None, "list": {"item": ["1", {"x": "2"}, None]}}
    assert write(build("customer", content)) == (
        "<customer><name>Heron</name><list><item>1</item><item><x>2</x></item></list></customer>"
    )


def test_a_list_without_an_element_name_is_refused() -> None:
    with pytest.raises(TypeError, match="<customer>"):
        build("customer", ["1"])


def test_control_characters_are_dropped_on_write() -> None:
    assert write(build("name", "A\x0bB\ufffeC")) == "<name>ABC</name>"


def test_writing_leaves_out_what_follows_the_element_and_keeps_it() -> None:
    child = read("<a><b>1</b> after</a>", call=CALL)[0]
    assert (write(child), child.tail) == ("<b>1</b>", " after")


@given(st.text() | st.text(alphabet="<>/ab &;!?-[]=\"'"))
def test_garbage_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        root = read(text, call=CALL)
    except UnreadableAnswerError:
        return
    assert isinstance(fields(root), dict)


@given(st.binary())
def test_garbage_bytes_are_read_or_refused_and_nothing_else(content: bytes) -> None:
    try:
        root = read(content, call=CALL)
    except UnreadableAnswerError:
        return
    assert isinstance(fields(root), dict)


_NAMES = st.sampled_from(["a", "B", "lineItem", "PhoneNumber", "x-y"])
_TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")))


def element_of(name: str, text: str, children: list[Element]) -> Element:
    element = Element(name)
    element.text = text
    element.extend(children)
    return element


_TREES = st.recursive(
    st.builds(element_of, _NAMES, _TEXTS | st.just("\r\n\t"), st.just([])),
    lambda trees: st.builds(element_of, _NAMES, _TEXTS, st.lists(trees, max_size=4)),
    max_leaves=20,
)


@given(_TREES)
def test_whatever_is_well_formed_keeps_every_element_name(tree: Element) -> None:
    def names(found: object) -> set[str]:
        if isinstance(found, dict):
            return set(found).union(*map(names, found.values()))
        return set().union(*map(names, found)) if isinstance(found, list) else set()

    assert names(fields(tree)) == {child.tag.lower() for child in tree.iter() if child is not tree}


@given(_TREES)
def test_a_record_survives_being_written_and_read(tree: Element) -> None:
    record = RawRecord("customer", "1", write(tree))
    assert write(record.element()) == record.xml
    assert [child.text or "" for child in record.element().iter()] == [
        child.text or "" for child in tree.iter()
    ]


@given(_TREES)
def test_a_record_has_the_same_fields_fresh_and_stored(tree: Element) -> None:
    fresh = RawRecord.of("customer", "1", tree)
    assert fresh.fields == RawRecord("customer", "1", fresh.xml).fields
    assert fresh == RawRecord("customer", "1", fresh.xml)


def test_the_word_doctype_in_a_text_is_only_text() -> None:
    assert fields_of("<a><b><![CDATA[<!DOCTYPE html>]]></b></a>") == {"b": "<!DOCTYPE html>"}


def test_an_answer_with_a_document_type_is_refused_before_it_is_expanded() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'
    assert refusal_of(bomb) == (
        "MobiWork's answer to list customers is refused unread (DTDForbidden)."
    )
