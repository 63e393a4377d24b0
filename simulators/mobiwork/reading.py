"""Requests: from XML to records, with every complaint as a failure of the call."""

from collections.abc import Iterator
from typing import Literal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from simulators.mobiwork.elements import elements
from simulators.mobiwork.failures import BAD_VALUE, BAD_XML, REQUIRED, Failure
from simulators.mobiwork.model import Entity, Field, Kind, Node, Record
from simulators.mobiwork.switches import Switches
from simulators.mobiwork.values import read

type Write = Literal["add", "edit"]


def request(body: bytes) -> Element:
    """Read a request body; an empty one is an empty request.

    Raises:
        Failure: The body is not well-formed XML with the root `request` (reference 1.4).
    """
    if not body.strip():
        return Element("request")
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Failure(BAD_XML, str(error) or type(error).__name__) from error
    if root.tag != "request":
        raise Failure(BAD_XML, f"the root element is {root.tag}, not request")
    return root


def record(entity: Entity, root: Element, write: Write, switches: Switches) -> Record:
    """Read the record of an add or edit: only the elements that the request names.

    Raises:
        Failure: An element is missing or has a value that it cannot have.
    """
    element = root.find(entity.wrapper)
    if element is None:
        raise Failure(REQUIRED, entity.wrapper)
    known = elements(entity.name, switches.elements_off)
    return _group(known, element, write, switches)


def _group(group: tuple[Field, ...], element: Element, write: Write, switches: Switches) -> Record:
    result: Record = {}
    for field in group:
        names = _names(field, write, switches)
        found = next((child for child in element if child.tag in names), None)
        if found is not None:
            result[field.name] = _node(field, found, write, switches)
        wanted = field.required and not (write == "edit" and field.kept)
        if wanted and names and switches.required_checked and not result.get(field.name):
            raise Failure(REQUIRED, names[0])
    return result


def _names(field: Field, write: Write, switches: Switches) -> tuple[str, ...]:
    own = field.add if write == "add" else field.edit
    if own == "":
        return ()
    if switches.names_per_call:
        return (own or field.name,)
    return tuple(name for name in (own, field.name, field.add, field.edit) if name)


def _node(field: Field, element: Element, write: Write, switches: Switches) -> Node:
    if field.kind is Kind.GROUP:
        return dict(_group(field.fields, element, write, switches))
    if field.kind is Kind.ITEMS:
        items = (child for child in element if child.tag == field.item)
        return [_group(field.fields, item, write, switches) for item in items]
    return _scalar(field, element)


def _scalar(field: Field, element: Element) -> str | None:
    text = element.text or ""
    if field.choices and text.strip():
        return choice(field, text)
    try:
        return read(field.kind, text)
    except ValueError as error:
        raise Failure(BAD_VALUE, str(element.tag)) from error


def choice(field: Field, text: str) -> str:
    """The name of a choice, given by name or number.

    Raises:
        Failure: There is no such choice.
    """
    for number, name in field.choices:
        if text.strip() in {number, name}:
            return name
    raise Failure(BAD_VALUE, field.name)


def criteria(root: Element, wrapper: str) -> Iterator[tuple[str, str]]:
    """The filters of a list call that have a value; most calls leave some empty."""
    element = root.find(wrapper) if wrapper else root
    for child in element if element is not None else ():
        if text := (child.text or "").strip():
            yield str(child.tag), text
