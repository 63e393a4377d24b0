"""HTTP in and out: requests of an HTTP API as plain values, answers as JSON or a small page."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from connector.errors import ConnectorError, RecordError, RetriableError

HTML = "text/html; charset=utf-8"
JSON = "application/json"

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}
li{{margin:.5rem 0}}</style>
<h1>{title}</h1>{content}</html>
"""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    body: str
    status: int = 200
    content_type: str = HTML


def page(title: str, paragraphs: list[str], problems: list[str] | None = None) -> str:
    """Write a small page; every text is escaped."""
    content = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    if problems:
        content += f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in problems)}</ul>"
    return _PAGE.format(title=escape(title), content=content)


def json_answer(values: Mapping[str, Any], status: int = 200) -> Answer:
    """Answer with JSON."""
    return Answer(json.dumps(values), status, JSON)


def body_of(event: Mapping[str, Any]) -> str:
    """Return the raw body of a request; API Gateway may have encoded it.

    Raises:
        RecordError: it is not text.
    """
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body)
    try:
        return base64.b64decode(body).decode()
    except ValueError as error:
        raise RecordError("The body of the request is not text.") from error


def raw_body(event: Mapping[str, Any]) -> bytes | None:
    """Return the very bytes that were posted, as a signature needs them; None if that fails."""
    body = str(event.get("body") or "")
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        return None


def header(event: Mapping[str, Any], name: str) -> str:
    """Return a header, however its name is written; empty if it was not sent."""
    headers = event.get("headers") or {}
    return next((str(text) for key, text in headers.items() if key.lower() == name), "")


def answer_to(
    event: Mapping[str, Any], function: Callable[[Mapping[str, Any]], Answer]
) -> dict[str, Any]:
    """Answer a request; an error of ours becomes its sentence, never a stack."""
    try:
        answer = function(event)
    except ConnectorError as error:
        status = 503 if isinstance(error, RetriableError) else 400
        answer = Answer(page("That did not work", [str(error)]), status)
        if "application/json" in (event.get("headers") or {}).get("content-type", ""):
            answer = json_answer({"error": str(error)}, status)
    headers = {
        "content-type": answer.content_type,
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "x-content-type-options": "nosniff",
    }
    return {"statusCode": answer.status, "headers": headers, "body": answer.body}
