"""The connector's API over HTTP: requests are signed, refusals are told in its own words."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cli.errors import CommandError, ExitCode

SECONDS = 35.0
"""An answer takes 30 seconds at most: API Gateway waits no longer."""
JSON, TEXT, CSV = "application/json", "text/plain", "text/csv"

type Body = dict[str, Any]
type Query = Mapping[str, object]


@dataclass(frozen=True)
class Request:
    """A request as it is signed and sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str | None


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str
    content: bytes = b""

    def json(self) -> Body:
        """Return it as the JSON object that it is.

        Raises:
            CommandError: it is none.
        """
        try:
            found: Body = json.loads(self.text)
        except ValueError as error:
            raise CommandError(
                f"The answer is no JSON: {self.text[:200]}", ExitCode.FAILED
            ) from error
        return found


type Send = Callable[[Request], Answer]


def over_http(request: Request) -> Answer:
    """Send a request.

    Raises:
        CommandError: nobody answers.
    """
    with requests.Session() as session:
        session.trust_env = "://127.0.0.1" not in request.url
        try:
            answer = session.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body,
                timeout=SECONDS,
            )
        except requests.RequestException as error:
            where = request.url.split("?")[0]
            raise CommandError(f"{where} does not answer: {error}", ExitCode.FAILED) from error
    return Answer(answer.status_code, answer.headers, answer.text, answer.content)


@dataclass(frozen=True)
class Api:
    """The API of one connector."""

    url: str
    credentials: Callable[[], Credentials]
    region: str
    send: Send = over_http

    def get(self, path: str, **query: object) -> Body:
        """Return the answer to a question.

        Raises:
            CommandError: it is refused, or not answered.
        """
        return self.ask("GET", path, query=query).json()

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Body:
        """Return the answer to a request that does something.

        Raises:
            CommandError: it is refused, or not answered.
        """
        return self.ask("POST", path, body=body or {}).json()

    def patch(self, path: str, body: Mapping[str, object]) -> Body:
        """Return the answer to a change.

        Raises:
            CommandError: it is refused, or not answered.
        """
        return self.ask("PATCH", path, body=body).json()

    def pages(
        self, path: str, of: str, *, most: int, step: int = 500, **query: object
    ) -> Iterator[Body]:
        """Yield what a list holds, page by page, at most so many, and `step` of a page."""
        left, after = most, query.pop("after", None)
        while left > 0:
            page = self.get(path, **query, limit=min(left, step), after=after)
            yield from page[of][:left]
            left, after = left - len(page[of]), page["next"]
            if after is None:
                return

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Mapping[str, object] | None = None,
        accept: str = JSON,
    ) -> Answer:
        """Return an answer that is no refusal.

        Raises:
            CommandError: it is one, or nobody answers.
        """
        request = self._signed(method, path, query or {}, body, accept)
        answer = self.send(request)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise _refusal(answer)
        return answer

    def _signed(
        self,
        method: str,
        path: str,
        query: Query,
        body: Mapping[str, object] | None,
        accept: str,
    ) -> Request:
        given = {name: _text(value) for name, value in query.items() if value not in (None, "")}
        url = f"{self.url}{quote(path)}" + (
            f"?{urlencode(given, quote_via=quote)}" if given else ""
        )
        headers = {"Accept": accept}
        text = None
        if body is not None:
            headers["Content-Type"] = JSON
            text = json.dumps(body)
        request = AWSRequest(method, url, headers, text)
        SigV4Auth(self.credentials(), "execute-api", self.region).add_auth(request)
        return Request(method, url, dict(request.headers.items()), text)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refusal(answer: Answer) -> CommandError:
    """Return a refusal in the words of the API; what it cannot use was asked in a wrong way."""
    code = ExitCode.REFUSED
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        code = ExitCode.FAILED
    elif answer.status == HTTPStatus.UNPROCESSABLE_CONTENT:
        code = ExitCode.USAGE
    try:
        told = json.loads(answer.text)
        words = str(told.get("detail") or told["message"])
    except (ValueError, KeyError, AttributeError):
        words = answer.text[:300].strip() or f"HTTP status {answer.status}"
    return CommandError(words, code)
