"""Answers: from records to XML, with the quirks that the switches ask for."""

import re
from html import escape

from simulators.mobiwork.elements import elements
from simulators.mobiwork.model import Entity, Field, Kind, Node, Record
from simulators.mobiwork.poison import released
from simulators.mobiwork.switches import Switches
from simulators.mobiwork.values import printed

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATIONS = {
    "bad": '<?xml encoding="UTF-8" ?>',
    "good": '<?xml version="1.0" encoding="UTF-8"?>',
    "none": "",
}


def fragment(entity: Entity, record: Record, switches: Switches, *, lines: bool = True) -> bytes:
    """Print one record as the element that answers hold; `lines` False leaves line items out."""
    style = entity.missing if switches.null_text == "as_documented" else switches.null_text
    nothing = "null" if style in {"null", "always"} else ""
    parts: list[str] = [f"<{entity.element}>"]
    for field in elements(entity.name, switches.elements_off):
        if lines or field.name != "lineItems":
            _write(parts, field, record.get(field.name), nothing, switches)
    parts.append(f"</{entity.element}>")
    return released("".join(parts).encode(errors="replace"))


def _write(parts: list[str], field: Field, node: Node, nothing: str, switches: Switches) -> None:
    if not field.shown:
        return
    if isinstance(node, dict) and field.kind is Kind.GROUP:
        parts.append(f"<{field.name}>")
        for inner in field.fields:
            _write(parts, inner, node.get(inner.name), nothing, switches)
        parts.append(f"</{field.name}>")
    elif isinstance(node, list) and field.kind is Kind.ITEMS:
        item = Field(name=field.item, kind=Kind.GROUP, fields=field.fields)
        parts.append(f"<{field.name}>")
        for one in node:
            _write(parts, item, one, nothing, switches)
        parts.append(f"</{field.name}>")
    else:
        parts.append(f"<{field.name}>{_text(field, node, nothing, switches)}</{field.name}>")


def _text(field: Field, node: Node, nothing: str, switches: Switches) -> str:
    if field.kind in {Kind.GROUP, Kind.ITEMS}:
        return ""
    if not isinstance(node, str):
        return nothing
    return escape(_NOT_XML.sub("", printed(field.kind, node, switches)), quote=False)


def success(content: bytes, version: str, switches: Switches) -> bytes:
    """An answer with statusCode 1 around what the call printed."""
    return _envelope("1", content, version, switches)


def failure(code: str, text: str, version: str, switches: Switches) -> bytes:
    """An answer with statusCode 2 and one error element."""
    close = "" if switches.unclosed_error else "</error>"
    error = f'<error code="{code}">{escape(text, quote=False)}{close}'
    return _envelope("2", error.encode(errors="replace"), version, switches)


def _envelope(status: str, content: bytes, version: str, switches: Switches) -> bytes:
    shown = escape(switches.response_version or version)
    start = f'{_DECLARATIONS[switches.xml_declaration]}<response version="{shown}" '
    return b'%bstatusCode="%b">%b</response>' % (start.encode(), status.encode(), content)


def with_stray_blanks(content: bytes) -> bytes:
    """Print `< address2>` as one help sample does; it is not well-formed (reference 1.4)."""
    return content.replace(b"<address2>", b"< address2>").replace(b"</address2>", b"</ address2>")


def page(status: int, text: str) -> bytes:
    """The HTML page of a web server that does not know the address."""
    line = escape(f"HTTP Status {status} - {text}")
    head = f"<!DOCTYPE html><html><head><title>{line}</title></head>"
    return f"{head}<body><h1>{line}</h1></body></html>".encode(errors="replace")
