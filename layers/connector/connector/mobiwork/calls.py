"""What a call to MobiWork is made of: the account, the call, and the answer as it came."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree.ElementTree import Element

type CallRoute = tuple[str, str]
"""A method and a path."""


def whole(_content: bytes) -> None:
    """Let an answer be read whole."""


@dataclass(frozen=True, kw_only=True)
class MobiWorkAccount:
    """Where an account is and how to log in.

    Attributes:
        base_url: Where MobiWork's API is.
        client_id: The number of the account, which stands in each path.
        version: The version of the API, which stands behind it.
        login_id: Who logs in.
        password: What proves that.
        user_id: The user in whose name records are changed; None for the login's own.
    """

    base_url: str
    client_id: str
    version: str
    login_id: str
    password: str
    user_id: str | None

    def __repr__(self) -> str:
        """Name the account without its secrets."""
        return f"MobiWorkAccount(client_id={self.client_id!r})"

    def url(self, path: str) -> str:
        """Return the address of a call (reference 1.1)."""
        return f"{self.base_url.rstrip('/')}/api/rest/{self.client_id}/{self.version}/{path}"


@dataclass(frozen=True, kw_only=True)
class MobiWorkCall:
    """One call; `name` reads `view invoice 12`.

    `routes` are the methods and paths to try in order while the server knows none of them.
    `before_sending` is called each time the call is about to go out, and once more when a
    connection had to be made for it; what it raises stops it. `around` reads no more of an answer
    than what is around its records.

    record_id: MobiWork's id of the record, None for a list.
    body: the element that is sent, None where nothing is.
    writes: whether MobiWork holds something else after it.
    """

    name: str
    routes: tuple[CallRoute, ...]
    record_id: str | None = None
    body: Element | None = None
    writes: bool = False
    before_sending: Callable[[], object] = lambda: None
    around: Callable[[bytes], Element | None] = whole

    def path(self, route: CallRoute) -> str:
        """Return the path of a route for this call's record."""
        return route[1].replace("{id}", quote(self.record_id or "", safe=""))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back from a call, before anybody knows what it means.

    Attributes:
        call: Which call it was, as a log line names it.
        route: By which of its routes it was made.
        writes: Whether it could change MobiWork.
        status: The HTTP status.
        content: The body as it came, XML.
        retry_after: The header of that name, seconds or a date; None where there was none.
        around: Reads what stands around records that are cut out of a body.
    """

    call: str
    route: CallRoute
    writes: bool
    status: int
    content: bytes
    retry_after: str | None = None
    around: Callable[[bytes], Element | None] = whole
