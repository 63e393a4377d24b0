import pytest

from connector.errors import EditedMeanwhileError
from connector.mobiwork.editing import edited, refuse_to_write_over
from connector.mobiwork.xml import RawRecord, read, write
from tests.unit.mobiwork.answers import CUSTOMER, Server, success

TWINS = (("externalCustomerId", "externalId"), ("contact", "primaryContact"))


def edit(xml: str, changes: dict[str, str | None], *, twins: bool = False) -> str:
    return write(edited(read(xml, call="test"), changes, twins=TWINS if twins else ()))


def test_what_is_not_changed_is_kept() -> None:
    xml = "<c><name>A</name><odd><x>1</x><x>2</x></odd></c>"
    assert edit(xml, {"name": "B"}) == xml.replace("A", "B")


def test_the_given_tree_stays_as_it_is() -> None:
    tree = read("<c><name>A</name></c>", call="test")
    edited(tree, {"name": "B"})
    assert write(tree) == "<c><name>A</name></c>"


def test_none_empties_an_element() -> None:
    assert edit("<c><fax><x>1</x></fax></c>", {"fax": None}) == "<c><fax /></c>"


def test_a_path_reaches_into_an_element() -> None:
    xml = "<c><address><city>Tampa</city></address></c>"
    assert edit(xml, {"address/city": "Ocala"}) == xml.replace("Tampa", "Ocala")


def test_missing_elements_are_made() -> None:
    assert edit("<c/>", {"address/city": "Ocala"}) == (
        "<c><address><city>Ocala</city></address></c>"
    )


def test_the_case_of_a_name_does_not_matter() -> None:
    assert edit("<c><PhoneNumber>1</PhoneNumber></c>", {"phoneNumber": "2"}) == (
        "<c><PhoneNumber>2</PhoneNumber></c>"
    )


def test_texts_are_escaped_and_printable() -> None:
    assert edit("<c><n/></c>", {"n": "A & B\x0b <C>"}) == "<c><n>A &amp; B &lt;C&gt;</n></c>"


def test_one_of_several_elements_is_not_chosen_by_chance() -> None:
    xml = "<c><list><address><city>A</city></address><address/></list></c>"
    with pytest.raises(ValueError, match="several 'address' elements"):
        edit(xml, {"list/address/city": "B"})


LIST = "<c><list><a><n>1</n></a><other/><a><n>2</n></a></list></c>"


def test_a_position_names_one_of_several_elements() -> None:
    assert edit(LIST, {"list/a[2]/n": "5"}) == LIST.replace("<n>2</n>", "<n>5</n>").replace(
        "<other/>", "<other />"
    )


def test_the_first_of_several_elements_has_position_one() -> None:
    assert "<a><n>5</n></a><other />" in edit(LIST, {"list/a[1]/n": "5"})


def test_the_position_after_the_last_one_appends() -> None:
    assert edit("<c/>", {"list/a[1]/n": "1", "list/a[2]/n": "2", "list/a[2]/m": "3"}) == (
        "<c><list><a><n>1</n></a><a><n>2</n><m>3</m></a></list></c>"
    )


def test_a_whole_element_of_a_list_is_replaced_by_its_text() -> None:
    assert edit("<c><a>1</a><a>2</a></c>", {"a[2]": "5"}) == "<c><a>1</a><a>5</a></c>"


def test_a_position_beyond_the_next_one_is_refused() -> None:
    with pytest.raises(ValueError, match="2 'a' elements; there is no number 4"):
        edit(LIST, {"list/a[4]/n": "5"})


@pytest.mark.parametrize("path", ["a[0]/n", "a[x]/n", "a[]/n", "a[1/n", "a[-1]", "[1]", "a//n", ""])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is no step of a path"):
        edit(LIST, {path: "5"})


def test_a_list_that_was_printed_as_null_gets_elements() -> None:
    assert edit("<c><list>null</list></c>", {"list/a[1]/n": "1"}) == (
        "<c><list><a><n>1</n></a></list></c>"
    )


def test_the_word_null_is_never_sent_back() -> None:
    xml = "<c><a>null</a><b><x> null </x></b><d>nullify</d></c>"
    assert edit(xml, {}) == "<c><b /><d>nullify</d></c>"


def test_a_change_reaches_an_element_that_was_printed_as_null() -> None:
    xml = "<c><externalCustomerId>null</externalCustomerId></c>"
    assert edit(xml, {"externalId": "8"}, twins=True) == (
        "<c><externalCustomerId>8</externalCustomerId><externalId>8</externalId></c>"
    )


def test_a_printed_state_is_sent_as_its_code() -> None:
    xml = "<c><address><state>Florida</state></address></c>"
    assert edit(xml, {}) == xml.replace("Florida", "FL")


@pytest.mark.parametrize("text", ["03/09/2024", "Sat Mar 09 14:05:00 EST 2024"])
def test_a_printed_date_is_sent_in_the_spelling_that_is_taken(text: str) -> None:
    assert edit(f"<c><dueDate>{text}</dueDate></c>", {}) == "<c><dueDate>2024/03/09</dueDate></c>"


def test_an_unreadable_date_is_sent_back_as_it_was_printed() -> None:
    xml = "<c><dueDate>on receipt</dueDate></c>"
    assert edit(xml, {}) == xml


def test_an_edit_carries_both_spellings_of_what_a_view_prints() -> None:
    xml = "<c><externalCustomerId>7</externalCustomerId><contact><n>A</n></contact></c>"
    assert edit(xml, {}, twins=True) == (
        "<c><externalCustomerId>7</externalCustomerId><contact><n>A</n></contact>"
        "<externalId>7</externalId><primaryContact><n>A</n></primaryContact></c>"
    )


@pytest.mark.parametrize("name", ["externalId", "externalCustomerId"])
def test_a_change_in_either_spelling_reaches_both(name: str) -> None:
    xml = "<c><externalCustomerId>7</externalCustomerId></c>"
    assert edit(xml, {name: "8"}, twins=True) == (
        "<c><externalCustomerId>8</externalCustomerId><externalId>8</externalId></c>"
    )


def test_a_change_reaches_both_spellings_that_a_view_prints() -> None:
    xml = "<c><externalId>7</externalId><externalCustomerId>7</externalCustomerId></c>"
    assert edit(xml, {"externalId": None}, twins=True) == (
        "<c><externalId /><externalCustomerId /></c>"
    )


READ = "<c><fax>1</fax><l><a><name>Shop</name><city>Ocala</city></a></l></c>"
OURS = {"fax": "2", "l/a[1]/city": "Tampa"}


def _refused(now: str, changes: dict[str, str]) -> bool:
    read, fresh = RawRecord("customer", "c1", READ), RawRecord("customer", "c1", now)
    try:
        refuse_to_write_over(read, fresh, changes)
    except EditedMeanwhileError:
        return True
    return False


@pytest.mark.parametrize(
    ("now", "changes"),
    [
        (READ.replace("<fax>1", "<fax>3"), OURS),
        (READ.replace("<fax>1</fax>", ""), OURS),
        (READ.replace("Ocala", "Miami"), OURS),
        (READ.replace("Shop", "Barn"), OURS),
        (READ.replace("<l>", "<l><a><name>New</name><city>Ocala</city></a>"), OURS),
        (READ.replace("</l>", "<a><city>Miami</city></a></l>"), {"l/a[2]/city": "Tampa"}),
        ("<c><fax>1</fax><l /></c>", {"l/a[2]/city": "Tampa"}),
    ],
)
def test_what_somebody_typed_since_it_was_read_is_not_written_over(
    now: str, changes: dict[str, str]
) -> None:
    assert _refused(now, changes)


@pytest.mark.parametrize(
    "now",
    [
        READ,
        READ.replace("<fax>", "<phone>7</phone><fax>"),
        READ.replace("<fax>1", "<fax>2").replace("Ocala", "Tampa"),
        READ.replace("</l>", "<a><city>Miami</city></a></l>"),
    ],
)
def test_what_somebody_typed_elsewhere_or_alike_is_no_obstacle(now: str) -> None:
    assert not _refused(now, {**OURS, "phone": "7"} if "phone" in now else OURS)


def test_nothing_is_sent_where_somebody_changed_what_an_edit_writes_over(server: Server) -> None:
    server.answers("GET", "customer/700112/view.html", success(CUSTOMER))
    read = RawRecord("customer", "700112", "<customer><companyName>Heron</companyName></customer>")
    with pytest.raises(EditedMeanwhileError):
        server.client().edit("customer", "700112", {"companyName": "Grey Heron"}, read=read)
    assert server.asked == ["GET customer/700112/view.html"]
