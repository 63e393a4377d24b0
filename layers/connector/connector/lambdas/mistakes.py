"""A form that cannot be done: the page that it stands on, and what was typed into it."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape, unescape
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from connector.console.asking import Route
from connector.lambdas.themes import routes_of, themes_of
from connector.lambdas.visits import HOME, Visit

TAG = re.compile(r"<(/?(?:form|details|button|input|select|option|textarea))\b([^>]*)>([^<]*)")
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
FIXED = frozenset({"hidden", "password", "submit", "file"})
FIELDS = frozenset({"input", "select", "textarea"})
TICKED = frozenset({"checkbox", "radio"})

HEADINGS: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "That was not accepted",
    HTTPStatus.FORBIDDEN: "You do not have permission",
    HTTPStatus.NOT_FOUND: "Not found",
    HTTPStatus.CONFLICT: "That cannot be done right now",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
    HTTPStatus.UNPROCESSABLE_CONTENT: "That cannot be done",
    HTTPStatus.SERVICE_UNAVAILABLE: "No response",
}
"""What a person reads above a refusal, where the words of HTTP say nothing to them."""

type Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class PageBehind:
    """The page that a form was sent from, or the nearest above it that can be asked for.

    Attributes:
        visit: As if somebody asked for it.
        route: What shows it.
        path: What varies in its address.
    """

    visit: Visit
    route: Route
    path: Mapping[str, str]


def behind(visit: Visit) -> PageBehind | None:
    """Return the page that a form was sent from; None where that is not known."""
    event = visit.event
    if event.http_method != "POST" or visit.came_from is None:
        return None
    came_from = urlsplit(visit.came_from)
    words = came_from.path.removeprefix(visit.home).strip("/").split("/")
    for length in range(len(words), 0, -1):
        place = f"/{'/'.join(words[:length])}"
        for route in (one for theme in themes_of(place) for one in routes_of(theme)):
            rule = re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", route.rule.rstrip("/") or "/")
            if route.method == "GET" and (found := re.fullmatch(rule, place)):
                asked = _asking(event, place, came_from.query if length == len(words) else "")
                path = {name: unquote(text) for name, text in found.groupdict().items()}
                return PageBehind(replace(visit, event=asked), route, path)
    return None


def _asking(event: APIGatewayProxyEventV2, place: str, query: str) -> APIGatewayProxyEventV2:
    """Return an event as one that asks for a page."""
    context = event.raw_event["requestContext"]
    stage = event.raw_path.removesuffix(event.path)
    return APIGatewayProxyEventV2(
        event.raw_event
        | {
            "rawPath": f"{stage}{HOME}{place}",
            "rawQueryString": query,
            "queryStringParameters": dict(parse_qsl(query)),
            "requestContext": context | {"http": context["http"] | {"method": "GET"}},
            "body": None,
        }
    )


def refilled(page: str, to: str, typed: Fields) -> str:
    """Return a page with what was typed in the form that was sent to an address.

    Of several to that address it is the one whose hidden fields and buttons say most of what was
    sent. What is folded away around it is opened. Passwords are left empty.
    """
    forms = [one for one in _forms(page) if one.tag.values.get("action") == to]
    most = max((one.agrees(typed) for one in forms), default=0)
    changes: dict[tuple[int, int], str] = {}
    for form in forms:
        if form.agrees(typed) == most:
            changes |= {one.place: one.written(open="") for one in form.folds}
            changes |= form.with_typed(typed)
    for (first, last), text in sorted(changes.items(), reverse=True):
        page = f"{page[:first]}{text}{page[last:]}"
    return page


@dataclass(frozen=True)
class _Tag:
    """A tag of a page as templates write it: values escaped, in double quotes.

    Attributes:
        place: From where to where it is in the page, with the text after it.
        name: Such as `input`; with a slash before it where it ends something.
        values: Its attributes; those without a value are empty.
        text: What stands between it and the next tag.
    """

    place: tuple[int, int]
    name: str
    values: Mapping[str, str]
    text: str

    @classmethod
    def of(cls, found: re.Match[str]) -> "_Tag":
        """Read one that was found in a page."""
        values = {name: unescape(value) for name, value in ATTRIBUTE.findall(found[2])}
        return cls(found.span(), found[1], values, found[3])

    @property
    def pair(self) -> tuple[str, str]:
        """What it sends: its name and its value."""
        return self.values.get("name", ""), self.values.get("value", "")

    def written(self, text: str | None = None, **values: str | None) -> str:
        """Write it with other values; None takes an attribute away."""
        told = {**self.values, **values}
        given = (f' {name}="{escape(value)}"' for name, value in told.items() if value is not None)
        return f"<{self.name}{''.join(given)}>{self.text if text is None else escape(text)}"


@dataclass(frozen=True)
class _Form:
    """A form of a page.

    Attributes:
        tag: Its tag.
        folds: What is folded away around it, from outside.
        parts: The tags of its fields, of the options of its lists and of its buttons, in order.
    """

    tag: _Tag
    folds: tuple[_Tag, ...]
    parts: list[_Tag] = field(default_factory=list)

    def agrees(self, typed: Fields) -> int:
        """Count what it always sends, and its buttons, that were sent."""
        said = (one for one in self.parts if one.name == "button" or _kind(one) == "hidden")
        return sum(one.pair in typed for one in said)

    def with_typed(self, typed: Fields) -> Mapping[tuple[int, int], str]:
        """Return its parts as they are once it holds what was typed, by where they stand."""
        left, chosen, changes = defaultdict[str, list[str]](list), "", dict[tuple[int, int], str]()
        for name, value in typed:
            left[name].append(value)
        for one in self.parts:
            if one.name == "option":
                is_chosen = one.values.get("value", unescape(one.text)) == chosen
                changes[one.place] = one.written(selected="" if is_chosen else None)
            elif _kind(one) in TICKED:
                ticked = "" if one.pair in typed else None
                changes[one.place] = one.written(checked=ticked)
            elif one.name in FIELDS and left[one.pair[0]]:
                chosen = left[one.pair[0]].pop(0)
                if one.name == "textarea":
                    changes[one.place] = one.written(chosen)
                elif one.name == "input" and _kind(one) not in FIXED:
                    changes[one.place] = one.written(value=chosen)
        return changes


def _kind(tag: _Tag) -> str:
    return tag.values.get("type", "") if tag.name == "input" else ""


def _forms(page: str) -> Sequence[_Form]:
    """Return the forms of a page; a field may stand outside of its form and name it."""
    folds, forms, inside = list[_Tag](), list[_Form](), False
    apart = defaultdict[str, list[_Tag]](list)
    for tag in map(_Tag.of, TAG.finditer(page)):
        if tag.name == "details":
            folds.append(tag)
        elif tag.name == "/details":
            folds.pop()
        elif tag.name.endswith("form"):
            inside = tag.name == "form"
            forms += [_Form(tag, tuple(folds))] * inside
        elif "form" in tag.values:
            apart[tag.values["form"]].append(tag)
        elif inside:
            forms[-1].parts.append(tag)
    for form in forms:
        form.parts.extend(apart[form.tag.values.get("id", "")])
    return forms
