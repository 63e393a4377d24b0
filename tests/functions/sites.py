"""MobiWork and QuickBooks as the functions meet them: canned XML and JSON over HTTP."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from requests import PreparedRequest
from responses import RequestsMock

from connector.mobiwork.xml import RawRecord
from tests.functions.events import MOBIWORK, REALM

MOBIWORK_URL = "https://www.mobiwork.test"
MOBIWORK_ROOT = f"{MOBIWORK_URL}/api/rest/{MOBIWORK}/10.0.78"
MOBIWORK_TOKEN = "K4N7T2X9B5M1C8V3Z6L0"  # noqa: S105 - invented
QUICKBOOKS_URL = "https://quickbooks.api.intuit.test"
COMPANY_URL = f"{QUICKBOOKS_URL}/v3/company/{REALM}"
AUTHORIZE_URL = "https://appcenter.intuit.test/connect/oauth2"
TOKEN_URL = "https://oauth.platform.intuit.test/oauth2/v1/tokens/bearer"  # noqa: S105
REVOKE_URL = "https://developer.api.intuit.test/v2/oauth2/tokens/revoke"
ACCESS_TOKEN = "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.granted-access"  # noqa: S105 - invented
REFRESH_TOKEN = "RT1-35-H0-granted-refresh"  # noqa: S105 - invented
ENTITIES = ("customer", "product", "invoice", "payment", "estimate")

DECLARATION = '<?xml encoding="UTF-8" ?>\n'
TOKEN_CONTENT = f"<token>{MOBIWORK_TOKEN}</token>"

type Answer = tuple[int, dict[str, str], str]


@dataclass
class MobiWorkSite:
    """A MobiWork account; the answer set last counts."""

    http: RequestsMock

    def accepts_the_login(self) -> None:
        self._answers("authenticate", TOKEN_CONTENT)

    def accepts_the_login_while(self, happens: Callable[[], object]) -> None:
        """Let something happen elsewhere before the login is answered."""

        def answer(_request: PreparedRequest) -> Answer:
            happens()
            return 200, {"Content-Type": "text/xml"}, DECLARATION + _success(TOKEN_CONTENT)

        self.http.remove("POST", f"{MOBIWORK_ROOT}/authenticate.html")
        self.http.add_callback("POST", f"{MOBIWORK_ROOT}/authenticate.html", answer)

    def refuses_the_login(self, said: str = "Invalid API login id or password") -> None:
        body = (
            f'<response version="10.0.78" statusCode="2"><error code="">{said}</error></response>'
        )
        self._replies("authenticate", body)

    def blocks_the_login(self) -> None:
        """Answer as a firewall before MobiWork does."""
        body = "<html>Request blocked by firewall</html>"
        self.http.replace("POST", f"{MOBIWORK_ROOT}/authenticate.html", body, status=403)

    def knows_no_version(self, version: str) -> None:
        """Answer the login of a version as a web server that has nothing there."""
        address = f"{MOBIWORK_ROOT.rpartition('/')[0]}/{version}/authenticate.html"
        self.http.upsert("POST", address, body="<html>Not Found</html>", status=404)

    def lets_log_in(self) -> None:
        """Accept the login from now on."""
        self._replies("authenticate", f'<response statusCode="1">{TOKEN_CONTENT}</response>')

    def throttles_the_login(self) -> None:
        self.http.replace(
            "POST", f"{MOBIWORK_ROOT}/authenticate.html", status=429, headers={"Retry-After": "60"}
        )

    def lists(self, *records: RawRecord) -> None:
        """Answer every list with those of the records that belong to it."""
        for entity in ENTITIES:
            items = "".join(record.xml for record in records if record.entity == entity)
            self._answers(f"{entity}/list", f"<{entity}List>{items}</{entity}List>")

    def shows(self, record: RawRecord) -> None:
        """Answer the view of one record."""
        text = f"{DECLARATION}{_success(record.xml)}"
        url = f"{MOBIWORK_ROOT}/{record.entity}/{record.id}/view.html"
        self.http.upsert("GET", url, body=text, content_type="text/xml")

    def lists_text(self, entity: str, text: str) -> None:
        """Answer one list with exactly this text."""
        self._replies(f"{entity}/list", text)

    def _answers(self, path: str, content: str) -> None:
        self._replies(path, _success(content))

    def _replies(self, path: str, body: str) -> None:
        text = f"{DECLARATION}{body}"
        self.http.upsert("POST", f"{MOBIWORK_ROOT}/{path}.html", body=text, content_type="text/xml")


@dataclass
class IntuitSite:
    """A QuickBooks company and Intuit's sign-in.

    `posted` holds what was created, by entity; `meanwhile` happens while the company is read.
    """

    http: RequestsMock
    country: str = "US"
    meanwhile: Callable[[], object] = lambda: None
    uses_income_account: str = "Sales of Product Income"
    posted: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)
    revoked: list[Any] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: count(61))

    def __post_init__(self) -> None:
        self.http.add_callback("POST", f"{COMPANY_URL}/query", self._query)
        self.http.add_callback("GET", f"{COMPANY_URL}/companyinfo/{REALM}", self._company_info)
        self.http.add("GET", f"{COMPANY_URL}/preferences", json=PREFERENCES)
        self.http.add_callback("POST", TOKEN_URL, self._grant)
        self.http.add_callback("POST", REVOKE_URL, self._revoke)
        for entity in ("Customer", "Item", "Invoice", "Payment"):
            self.http.add_callback("POST", f"{COMPANY_URL}/{entity.lower()}", self._create(entity))

    def refuses(self, path: str, status: int, body: dict[str, Any]) -> None:
        """Answer a path of the company with a fault."""
        self.http.replace("POST", f"{COMPANY_URL}/{path}", status=status, json=body)

    def tells(self, **changed: list[dict[str, Any]]) -> None:
        """Answer what changed with these records by entity."""
        told = [{entity: rows} for entity, rows in changed.items()]
        answer = {"CDCResponse": [{"QueryResponse": told}], "time": TIME}
        self.http.add("GET", f"{COMPANY_URL}/cdc", json=answer)

    def ends_the_consent(self) -> None:
        """Refuse every refresh and every code."""
        self.http.replace("POST", TOKEN_URL, status=400, json={"error": "invalid_grant"})

    def asks_for_a_pause(self) -> None:
        """Refuse every refresh and every code for now."""
        self.http.replace("POST", TOKEN_URL, status=429, json={"error": "throttled"})

    def _query(self, request: PreparedRequest) -> Answer:
        entity = _text(request).split(" FROM ")[1].split()[0]
        rows = self._lists().get(entity, [])
        return _json({"QueryResponse": {entity: rows} if rows else {}, "time": TIME})

    def _lists(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "Account": [
                {"Id": "79", "Name": self.uses_income_account, "AccountType": "Income"},
                {"Id": "80", "Name": "Cost of Goods Sold", "AccountType": "Cost of Goods Sold"},
            ],
            "PaymentMethod": [{"Id": "2", "Name": "Check"}],
            "Term": [{"Id": "3", "Name": "Net 30"}],
        }

    def _company_info(self, _request: PreparedRequest) -> Answer:
        self.meanwhile()
        info = {"Id": "1", "CompanyName": "Harbor Books", "Country": self.country}
        return _json({"CompanyInfo": info, "time": TIME})

    def _grant(self, request: PreparedRequest) -> Answer:
        self.forms.append(_text(request))
        return _json(
            {
                "access_token": ACCESS_TOKEN,
                "refresh_token": REFRESH_TOKEN,
                "token_type": "bearer",
                "expires_in": 3600,
                "x_refresh_token_expires_in": 8726400,
            }
        )

    def _revoke(self, request: PreparedRequest) -> Answer:
        self.revoked.append(json.loads(_text(request)))
        return 200, {}, ""

    def _create(self, entity: str) -> Any:
        def create(request: PreparedRequest) -> Answer:
            body = json.loads(_text(request))
            self.posted.setdefault(entity, []).append(body)
            record = body | {"Id": str(next(self._ids)), "SyncToken": "0"}
            if "Line" in body and "TotalAmt" not in body:
                tax = body.get("TxnTaxDetail", {}).get("TotalTax", 0)
                record["TotalAmt"] = sum(line["Amount"] for line in body["Line"]) + tax
            return _json({entity: record, "time": TIME})

        return create


TIME = "2026-11-22T01:00:00.000-08:00"
PREFERENCES = {
    "Preferences": {
        "Id": "1",
        "SalesFormsPrefs": {"CustomTxnNumbers": True},
        "TaxPrefs": {"UsingSalesTax": True},
    },
    "time": TIME,
}


def _success(content: str) -> str:
    return f'<response version="10.0.78" statusCode="1">{content}</response>'


def _json(body: dict[str, Any]) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(body)


def _text(request: PreparedRequest) -> str:
    body = request.body or ""
    return body.decode() if isinstance(body, bytes) else str(body)
