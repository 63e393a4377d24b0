"""A visit to the console: what a request brings, who is behind it, and what is left with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from connector.console import deployment, door, sessions
from connector.console.sessions import COOKIE, SIGNING_IN_SECONDS, Sealer, Session
from connector.model.control.people import Visitor
from connector.services import services

HOME = "/console"
SAID = "__Host-said"
KEPT = "__Host-kept-"


@dataclass(frozen=True)
class Visit:
    """One request: what it brings, and the person behind it once that is known.

    Attributes:
        event: The request as API Gateway tells it (payload 2.0).
        cookies: Its cookies by their names.
        sealer: Signs and opens cookies.
        session: The signed session that it brings; None without one.
        person: Who asks; None until a session says so.
    """

    event: APIGatewayProxyEventV2
    cookies: Mapping[str, str]
    sealer: Sealer
    session: Session | None
    person: Visitor | None

    @classmethod
    def of(cls, event: APIGatewayProxyEventV2) -> "Visit":
        """Read the session of a request and who it is of."""
        cookies, sealer = _cookies(event), deployment.sealer()
        session = sessions.read(sealer, cookies.get(COOKIE))
        person = door.person_of(session, deployment.admins()) if session else None
        return cls(event, cookies, sealer, session if person else None, person)

    @property
    def base(self) -> str:
        """What stands before every address, where the API is not at the root of its host."""
        return urlsplit(services().config.api_url).path.rstrip("/")

    @property
    def origin(self) -> str:
        """The scheme and host that the console is reached by."""
        told = urlsplit(services().config.api_url)
        host = self.event.request_context.domain_name
        return f"{told.scheme}://{told.netloc}" if told.netloc else f"https://{host}"

    @property
    def address(self) -> str:
        """The internet address that the request came from."""
        return self.event.request_context.http.source_ip

    @property
    def home(self) -> str:
        """Where the console is, as links name it."""
        return f"{self.base}{HOME}"

    @property
    def came_from(self) -> str | None:
        """The page of the console that led here, if one did."""
        try:
            told = urlsplit(self.event.headers.get("referer", ""))
        except ValueError:  # no browser sends such an address
            return None
        inside = told.path == self.home or told.path.startswith(f"{self.home}/")
        if f"{told.scheme}://{told.netloc}" != self.origin or not inside:
            return None
        return told._replace(scheme="", netloc="", fragment="").geturl()

    def at(self, path: str) -> str:
        """Return the address of a page, which begins with a slash in the console."""
        return f"{self.home}{path.rstrip('/')}"

    @property
    def token(self) -> str:
        """What every form of this session carries."""
        return self.sealer.token(self.session) if self.session else ""


def _cookies(event: APIGatewayProxyEventV2) -> dict[str, str]:
    """Return the cookies: API Gateway takes them out of the headers, others leave them there."""
    told = event.raw_event.get("cookies") or event.headers.get("cookie", "").split(";")
    pairs = (one.strip().partition("=") for one in told)
    return {name: value for name, _, value in pairs if name}


def cookie(name: str, value: str, seconds: int = SIGNING_IN_SECONDS) -> Cookie:
    """Leave something with the browser that no script and no other site gets hold of."""
    return Cookie(
        name, value, path="/", http_only=True, same_site=SameSite.LAX_MODE, max_age=seconds
    )


def no_cookie(name: str) -> Cookie:
    """Take away what was left with the browser."""
    return Cookie(name, "", path="/", http_only=True, same_site=SameSite.LAX_MODE, max_age=-1)
