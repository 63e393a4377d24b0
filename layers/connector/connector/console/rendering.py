"""Templates and the files that pages refer to, read from this package once."""

import re
from functools import cache
from hashlib import sha256
from html import unescape
from importlib.resources import files
from json import dumps

import simplejson
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from connector.console import words
from connector.model.body import capital
from connector.model.ids import in_words, kind_in_words

KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
KINDS |= {"svg": "image/svg+xml", "txt": "text/plain; charset=utf-8"}

TABLE = re.compile(r"<table\b(?P<told>[^>]*)>(?P<inside>.*?)</table>", re.DOTALL)
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(?P<kind>t[dh])\b(?P<told>[^>]*)>")
HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
UNSEEN = re.compile(r'<span class="away">.*?</span>|<[^>]*>', re.DOTALL)
STAYS = re.compile(r'class="(?:facts|rows)"')
"""Tables that are none of cards: pairs of a name and a value, and rows to be filled in."""


@cache
def environment() -> Environment:
    """Return the templates; a name that a page does not give is an error, not an empty text."""
    made = Environment(
        loader=PackageLoader("connector.console"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "money": words.money,
        "number": words.number,
        "day": words.day,
        "month": words.month,
        "moment": words.moment,
        "run_name": words.run_time,
        "told": words.sentence,
        "first_sentence": words.first_sentence,
        "who": words.who,
        "flow": in_words,
        "kind": kind_in_words,
        "record_of": words.record_of,
        "capital": capital,
        "label": words.label,
        "duration": words.duration,
        "pretty": _pretty,
        "labelled": labelled,
    }
    made.globals |= {"plural": words.plural, "static": static_path}
    return made


def _pretty(value: object) -> Markup:
    """Write JSON so that a person can read it."""
    return Markup("<pre class=body>{}</pre>").format(
        simplejson.dumps(value, indent=2, use_decimal=True, ensure_ascii=False)
    )


def labelled(page: str) -> Markup:
    """Give each cell of the tables in a page the name of its column; those unseen are none.

    On narrow screens a row is a card, which tells so what its figures are, without script, too.
    """
    return Markup(TABLE.sub(_table, page))  # noqa: S704 - only what templates made, and escaped


def _table(found: re.Match[str]) -> str:
    if STAYS.search(found["told"]):
        return found[0]
    head, _, rows = found["inside"].partition("<tbody>")
    names = [UNSEEN.sub("", one).strip() for one in HEADING.findall(head)]
    told = ROW.sub(lambda row: _row(row[0], names), rows)
    return f"<table{found['told']}>{head}<tbody>{told}</table>"


def _row(row: str, names: list[str]) -> str:
    columns = iter(names)

    def cell(found: re.Match[str]) -> str:
        name = next(columns, "")
        if found["kind"] == "th" or not name or "colspan" in found["told"]:
            return found[0]
        return f'<td data-label="{escape(unescape(name))}"{found["told"]}>'

    return CELL.sub(cell, row)


@cache
def static(name: str) -> tuple[bytes, str] | None:
    """Return the content and the type of a file that pages refer to; None if there is none."""
    if "/" in name or name.startswith(".") or (kind := KINDS.get(name.rpartition(".")[2])) is None:
        return None
    found = files("connector.console").joinpath("static", name)
    return (found.read_bytes(), kind) if found.is_file() else None


@cache
def static_path(name: str) -> str:
    """Return the address of such a file below the console's; it changes with the content."""
    content, _ = static(name) or (dumps(name).encode(), "")
    return f"/static/{sha256(content).hexdigest()[:12]}/{name}"
