"""What tests of pulled entities share: a new MobiWork record as the engine composes it."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from hypothesis import strategies as st
from pydantic import BaseModel

from connector.mobiwork.editing import edited
from connector.mobiwork.xml import fields
from connector.model.body import Body
from connector.model.flows.context import PullContext
from connector.model.flows.field import Field, Value
from connector.model.flows.pull_flow import PullFlow
from connector.model.policy.settings import Settings

FILLERS = ["null", "TBD", "-", "X", "Ana Lopez", "ext. 5", "x1", "\u00a0", "\x0b", "\ufffe"]


def texts(longest: int, without: str = "") -> st.SearchStrategy[str]:
    """Return texts as QuickBooks may hold them, fillers and odd characters among them."""
    letters = st.characters(codec="utf-8", exclude_characters=without)
    words = st.text(letters, max_size=min(longest, 24))
    return words | st.sampled_from(FILLERS) | st.text("Ab -", max_size=longest)


def names_of(longest: int) -> st.SearchStrategy[str]:
    """Return parts of names: QuickBooks takes neither colon nor tab nor newline (6.2)."""
    return texts(longest, without=":\t\n")


def addresses() -> st.SearchStrategy[Body]:
    """Return addresses of QuickBooks, few enough for two of them to be the same."""
    lines = texts(40) | st.sampled_from(["12 Canal St", "4 Pier Rd"])
    states = texts(20) | st.sampled_from(["FL", "Florida", "fl.", "Fla", "District  of Columbia"])
    members = {f"Line{number}": lines for number in range(1, 6)}
    places = {"City": texts(30), "CountrySubDivisionCode": states, "PostalCode": texts(30)}
    return st.fixed_dictionaries({}, optional=members | places | {"Country": texts(10)})


def phones() -> st.SearchStrategy[Body]:
    """Return phones as people write them."""
    written = texts(30) | st.from_regex(
        r"\A\(?813\)? ?555-01[0-9]{2}( ?(x|ext\.?|#) ?[0-9]{1,4})?\Z"
    )
    return st.fixed_dictionaries({}, optional={"FreeFormNumber": written})


def reached() -> dict[str, st.SearchStrategy[Any]]:
    """Return the members by which somebody is reached."""
    every = ("PrimaryPhone", "AlternatePhone", "Mobile", "Fax")
    emails = texts(60) | st.sampled_from(["a@b.example", "a@b.example, c@d.example"])
    return {name: phones() for name in every} | {
        "PrimaryEmailAddr": st.fixed_dictionaries({}, optional={"Address": emails}),
        "BillAddr": addresses(),
    }


def located(pull: PullFlow[Any], record: Body, known: PullContext) -> Body:
    """Return a record with its place among others, as the engine does."""
    return pull.hierarchy.located(record, known) if pull.hierarchy else record


def added(
    pull: PullFlow[Any],
    record: Body,
    links: Mapping[tuple[str, str], str] | None = None,
    **chosen: Any,
) -> Element:
    """Return the element of a new MobiWork record, as the engine composes it."""
    known = PullContext(Settings.model_validate(chosen), links or {})
    placed = located(pull, record, known)
    changes: dict[str, str | None] = {}
    for one in pull.fields:
        changes |= one.write(meant(one, placed), None)
    changes |= pull.translation.new(placed, known)
    return edited(Element(pull.entity), changes)


def read[R: BaseModel](pull: PullFlow[R], element: Element) -> R:
    """Read a MobiWork record as the engine does."""
    return pull.records.model.model_validate(fields(element))


def shape(element: Element) -> dict[str, Any]:
    """Return an element as nested dicts by the names on the wire, without what is empty."""
    found: dict[str, Any] = {}
    for child in element:
        value = shape(child) if len(child) else child.text
        if value:
            found[child.tag] = [*found[child.tag], value] if child.tag in found else value
        if child.tag in {"addressList", "contactList"}:
            found[child.tag] = [shape(one) for one in child]
    return found


def compared(pull: PullFlow[Any], values: Mapping[str, Value]) -> dict[str, Value]:
    """Return what counts of each value."""
    return {one.name: _plain(one.compared(values[one.name])) for one in pull.fields}


def in_mobiwork(pull: PullFlow[Any], record: BaseModel) -> dict[str, Value]:
    """Return what counts of each value in MobiWork."""
    return compared(pull, {one.name: one.mobiwork(record) for one in pull.fields})


def in_quickbooks(
    pull: PullFlow[Any],
    record: Body,
    links: Mapping[tuple[str, str], str] | None = None,
    **chosen: Any,
) -> dict[str, Value]:
    """Return what counts of each value in QuickBooks, in MobiWork's words."""
    placed = located(pull, record, PullContext(Settings.model_validate(chosen), links or {}))
    return compared(pull, {one.name: meant(one, placed) for one in pull.fields})


def meant(one: Field[Any], record: Body) -> Value:
    """Return a value of QuickBooks in MobiWork's words."""
    return (one.in_mobiwork_terms or one.quickbooks)(record)


def _plain(value: Value) -> Value:
    if isinstance(value, Mapping):
        return {name: part for name, part in value.items() if part} or ""
    return value


def written(pull: PullFlow[Any], record: Body, element: Element) -> Element:
    """Write every field of a QuickBooks record into a MobiWork record, as a merge would."""
    changes: dict[str, str | None] = {}
    for one in pull.fields:
        changes |= one.write(meant(one, record), read(pull, element))
    return edited(element, changes)


def each_change(
    pull: PullFlow[Any], record: Body, element: Element
) -> Iterator[tuple[str, Element]]:
    """Yield the MobiWork record with one field after the other as QuickBooks has it."""
    for one in pull.fields:
        changes = one.write(meant(one, record), read(pull, element))
        yield one.name, edited(element, changes)
