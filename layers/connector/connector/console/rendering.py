"""Templates and the files that pages refer to, read from this package once."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from json import dumps

import simplejson
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from connector.console import words

KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
KINDS |= {"svg": "image/svg+xml", "txt": "text/plain; charset=utf-8"}


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
        "flow": words.flow,
        "state": words.state,
        "capital": words.capital,
        "duration": words.duration,
        "pretty": _pretty,
    }
    made.globals |= {"plural": words.plural, "static": static_path}
    return made


def _pretty(value: object) -> Markup:
    """Write JSON so that a person can read it."""
    return Markup("<pre class=body>{}</pre>").format(
        simplejson.dumps(value, indent=2, use_decimal=True, ensure_ascii=False)
    )


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
