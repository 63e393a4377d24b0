"""A MobiWork server made of canned answers, on the shapes of the reference's samples."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import responses

from connector.mobiwork.client import MobiWork

HOST = "https://www.mobiwork.test"
ROOT = f"{HOST}/api/rest/40321/10.0.78/"
LOGIN_ID = "AB12CD34EF56GH78"
PASSWORD = "Q9W8E7R6T5Y4U3I2"  # noqa: S105 - invented
TOKENS = ("K4N7T2X9B5M1C8V3Z6L0", "P2M8R5W1Q7J3H6D9S4F0", "Z1Y2X3W4V5U6T7S8R9Q0")
DECLARATION = '<?xml encoding="UTF-8" ?>\n'

CUSTOMER = (
    "<customer><mobiworkCustomerId>700112</mobiworkCustomerId>"
    "<externalCustomerId>112,QBO</externalCustomerId><companyName>Blue Heron Plumbing</companyName>"
    "<fromDate>03/09/2024</fromDate><type>BUSINESS</type><statusId>589</statusId>"
    "<enabled>true</enabled><assignedTo></assignedTo><closingDate>null</closingDate>"
    "<address><addressId>81001</addressId><address1>12 Canal St</address1>< address2></ address2>"
    "<city>Tampa</city><state>Florida</state><zipCode>33602</zipCode></address>"
    "<contact><contactId>68001</contactId><firstName>Ana</firstName><lastName>Lopez</lastName>"
    "<phoneNumber>8135550100</phoneNumber></contact><loyaltyTier>gold</loyaltyTier></customer>"
)


def success(content: str = "", *, version: str = "5.0.156") -> str:
    return f'{DECLARATION}<response version="{version}" statusCode="1">{content}</response>'


def failure(*errors: tuple[str, str]) -> str:
    said = "".join(f'<error code="{code}">{escape(text)}</error>' for code, text in errors)
    return f'{DECLARATION}<response version="10.0.78" statusCode="2">{said}</response>'


def records(entity: str, ids: Sequence[object], *, extra: str = "", counters: str = "") -> str:
    name = f"mobiwork{entity[0].upper()}{entity[1:]}Id"
    items = "".join(f"<{entity}><{name}>{one}</{name}>{extra}</{entity}>" for one in ids)
    return success(f"<{entity}List>{counters}{items}</{entity}List>")


class Server:
    """What was asked, and what is answered next."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock = mock
        self.pauses: list[float] = []

    def answers(self, method: str, path: str, body: str | Exception, **options: Any) -> None:
        kind = {"content_type": "text/xml;charset=UTF-8", **options}
        self.mock.add(method, ROOT + path, body=body, **kind)

    def logs_in(self, *tokens: str) -> None:
        for token in tokens or TOKENS[:1]:
            self.answers("POST", "authenticate.html", success(f"<token>{token}</token>"))

    def client(self, **options: Any) -> MobiWork:
        return MobiWork(
            **{
                "base_url": HOST,
                "client_id": "40321",
                "login_id": LOGIN_ID,
                "password": PASSWORD,
                "sleep": self.pauses.append,
                **options,
            }
        )

    @property
    def asked(self) -> list[str]:
        """Methods and paths of the calls after the log-ins, in order."""
        return [one for one in self.everything if "authenticate" not in one]

    @property
    def everything(self) -> list[str]:
        calls = [call.request for call in self.mock.calls]
        return [f"{one.method} {str(one.url).removeprefix(ROOT).split('?')[0]}" for one in calls]

    def query(self, index: int = -1) -> dict[str, list[str]]:
        return parse_qs(urlsplit(str(self.mock.calls[index].request.url)).query)

    def body(self, index: int = -1) -> str:
        sent = self.mock.calls[index].request.body
        return sent.decode() if isinstance(sent, bytes) else str(sent or "")


@contextmanager
def serving(*tokens: str) -> Iterator[Server]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        server = Server(mock)
        server.logs_in(*tokens)
        yield server
