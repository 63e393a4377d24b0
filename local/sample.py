"""The sample company that `run` shows: how its simulators are started and how it is connected."""

import csv
import io
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from local.emulator import REGION, signer
from local.issuer import ADMIN

SECONDS, REVIEW_SECONDS = 30.0, 120.0
LOGIN = {
    "mobiwork_client_id": "40321",
    "mobiwork_login_id": "SAMPLELOGIN12345",
    "mobiwork_password": "SAMPLEPASSWORD12",
}
SECOND_ACCOUNT = "40322"
"""Another account of the same login, with a small company, for whoever connects a second one."""
REALMS = ("9130350000000001", "9130350000000002")
"""The QuickBooks companies that can be chosen: that of the sample, and one more."""
SETTINGS = {
    "income_account": "Sales of Product Income",
    "cost_of_goods_account": "Cost of Goods Sold",
    "accounts_payable": "Accounts Payable (A/P)",
    "expense_check_account": "Checking",
    "expense_cash_account": "Checking",
    "expense_credit_card_account": "Mastercard",
    "expense_account": "Uncategorized Expense",
    "expense_payments": {"Fleet Card": {"type": "CreditCard", "account": "Visa"}},
    "push_sub_customers": True,
    # The books of the sample company are empty, so everything of before belongs there, too.
    "start_date": "2020-01-01",
    "invoice_statuses": ["Service Completed", "Customer Invoiced", "Paid"],
    # An open order has not been sent to its vendor yet.
    "left_out_statuses": {"purchase order": ["Open"]},
    # The simulator of MobiWork has the calls that are only assumed of the real one.
    "capabilities": [
        *(f"vendor.{operation}" for operation in ("list", "view", "add", "edit")),
        *(f"product.{operation}" for operation in ("view", "edit")),
        *(f"{entity}.{operation}" for entity in ("tax", "terms") for operation in ("list", "add")),
        *(f"{entity}.list" for entity in ("purchaseOrder", "salesOrder", "expense")),
    ],
}
HARBOR = {
    "Line1": "4 Lantern Quay",
    "City": "Tampa",
    "CountrySubDivisionCode": "FL",
    "PostalCode": "33602",
}
STOCKED = {
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": 7,
    "InvStartDate": "2026-01-01",
    "AssetAccountRef": {"value": "81"},
    "ExpenseAccountRef": {"value": "80"},
}
MERGED, SURVIVOR = "Lantern Bay Yacht Club", "Lantern Bay Marina"
"""MobiWork still names the customer that the accountant merged into the other one."""
BOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Customer", {"DisplayName": "Lantern Bay Marina", "BillAddr": HARBOR}),
    ("Customer", {"DisplayName": MERGED}),
    ("Customer", {"DisplayName": "Dock 4", "Job": True, "ParentRef": "Lantern Bay Marina"}),
    (
        "Vendor",
        {"DisplayName": "Tidewater Supply", "PrimaryPhone": {"FreeFormNumber": "8135550142"}},
    ),
    ("PaymentMethod", {"Name": "Credit Card", "Type": "CREDIT_CARD"}),
    ("Item", {"Name": "Annual hull inspection", "Type": "Service", "UnitPrice": "185.00"}),
    ("Item", {"Name": "Bilge pump", "UnitPrice": "94.50", "PurchaseCost": "41.20", **STOCKED}),
)
"""What the accountant has in QuickBooks before anybody connects; a parent is given by its name."""
CLOSED_UNTIL, OPENED_FROM = "2025-10-30", "2025-09-30"
"""Until when the books are closed, first and once the accountant was asked to open October."""
FOUND_LATE: dict[str, Any] = {
    "customerId": "",
    "status": "Customer Invoiced",
    "description": "Found late",
    "createdDate": "2025-10-15T10:30:00",
    "invoiceDate": "2025-10-15",
    "dueDate": "2025-10-15",
}
"""An invoice of a month whose books are closed."""
PAID_LATE: dict[str, Any] = {
    "status": "CREATED",
    "amount": "120.00",
    "createdDate": "2026-10-29",
    "paymentDate": "2026-10-29",
    "paymentMethod": "Check",
    "paymentReference": "chk 2207",
    "paymentType": "PAYMENT",
}
"""What its customer paid of it: it is pushed by hand, with its invoice, once October is open."""


class ConnectError(Exception):
    """The sample company could not be connected; the text is what the refusing side said."""


class _Page(HTMLParser):
    """What a person sees of a page: its heading, texts and list items, and the form on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.heading = ""
        self.texts: list[str] = []
        self.items: list[str] = []
        self.action = ""
        self.fields: dict[str, str] = {}
        self._open = ""
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a heading, an item or a field."""
        given = {name: value or "" for name, value in attrs}
        self._open = tag
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input":
            self.fields[given.get("name", "")] = given.get("value", "")
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select:
            self.fields.setdefault(self._select, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        """Note the text of a heading, a paragraph or an item."""
        if self._open == "h1":
            self.heading += data
        elif self._open == "p":
            self.texts.append(data)
        elif self._open == "li":
            self.items.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        self._open = ""
        if tag == "select":
            self._select = ""


@contextmanager
def _browser() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the machine has no business on loopback
        session.headers["Accept"] = "text/html, */*;q=0.8"
        yield session


def connect(
    api: str, *, settings: Mapping[str, object] = SETTINGS, realm_id: str = ""
) -> tuple[str, list[str]]:
    """Connect the sample company as a person does, page by page over HTTP.

    The page at the end shows a code, with which whoever asked confirms the company. `realm_id` is
    the company that is chosen on Intuit's page, the first one if it is empty. Returns what came of
    it and what the person is asked to look at.

    Raises:
        ConnectError: one of the pages was a refusal.
    """
    with _browser() as browser:
        told = chosen(browser, api, settings=settings, realm_id=realm_id)
        done = _checked(browser.send(signed(f"{api}/connections/confirm", told))).json()
    return f"{done['company']} is connected", done["problems"]


def chosen(
    browser: requests.Session, api: str, *, settings: Mapping[str, object], realm_id: str = ""
) -> dict[str, str]:
    """Ask to connect and choose a company on Intuit's page; return what confirms it.

    Raises:
        ConnectError: one of the pages was a refusal.
    """
    company = {"realmId": realm_id} if realm_id else {}
    browser.headers["Accept"] = "text/html"  # nobody else is answered with a page
    asked = browser.send(signed(f"{api}/connections", LOGIN | {"settings": settings}))
    started = _checked(asked).json()
    consent_url = started["authorize_url"]
    consent = _Page(_checked(browser.get(consent_url, timeout=SECONDS)).text)
    accepted = browser.post(
        urljoin(consent_url, consent.action),
        data=consent.fields | {"decision": "accept"} | company,
        timeout=SECONDS,
    )
    [code] = _Page(_checked(accepted).text).items
    return {"confirmation": started["confirmation"], "code": code}


def invite(api: str, connection_id: str, roles: Mapping[str, str]) -> None:
    """Give people their roles in a connection, by e-mail address.

    Raises:
        ConnectError: it was refused.
    """
    url = f"{api}/connections/{connection_id}/people"
    with _browser() as browser:
        for email, role in roles.items():
            _checked(browser.send(signed(url, {"email": email, "role": role}), timeout=SECONDS))


def reviewed(api: str, connection_id: str) -> str:
    """Read the report of a review, as text.

    Raises:
        ConnectError: there is none.
    """
    return _review(api, connection_id, "text").text


def against_plan(api: str, connection_id: str) -> tuple[int, list[str]]:
    """Return how many plans of the review were carried out, and which came out otherwise.

    Raises:
        ConnectError: there is no review.
    """
    flows = _review(api, connection_id, "json").json()["flows"]
    carried_out = sum(one["count"] for flow in flows for one in flow["results"])
    rows = _plans(api, connection_id) if any(flow["unlike"] for flow in flows) else ()
    return carried_out, [f"{row['label']}: {row['unlike']}" for row in rows if row["unlike"]]


def _plans(api: str, connection_id: str) -> Iterator[dict[str, str]]:
    form = "csv"
    while form:
        answer = _review(api, connection_id, form)
        yield from csv.DictReader(io.StringIO(answer.text))
        following = answer.headers.get("x-next")
        form = f"csv&after={quote(following)}" if following else ""


def _review(api: str, connection_id: str, form: str) -> requests.Response:
    url = f"{api}/connections/{connection_id}/review?format={form}"
    with _browser() as browser:
        return _checked(browser.send(signed(url), timeout=SECONDS))


def start_posting(api: str, connection_id: str) -> None:
    """Start a connection as a person does who reads the review; once more while it is made anew.

    Raises:
        ConnectError: it was refused.
    """
    one = f"{api}/connections/{connection_id}"
    deadline = time.monotonic() + REVIEW_SECONDS
    with _browser() as browser:
        while True:
            review = browser.send(signed(f"{one}/review?format=json"), timeout=SECONDS)
            read = review.json()["made_at"] if review.ok else None
            told = {"link_certain": True, "reviewed_at": read}
            answer = browser.send(signed(f"{one}/start", told))
            if answer.status_code != HTTPStatus.CONFLICT or time.monotonic() >= deadline:
                break
            time.sleep(1)
        _checked(answer)


def signed(
    url: str, body: Mapping[str, object] | None = None, *, method: str = "POST"
) -> requests.PreparedRequest:
    """Sign a request as the sample's admin; without a body it reads."""
    headers, text = {"Content-Type": "application/json"}, json.dumps(body)
    if body is None:
        method, headers, text = "GET", {}, ""
    request = AWSRequest(method, url, headers, text)
    who = signer(urlsplit(url).port or 0, ADMIN)
    SigV4Auth(who, "execute-api", REGION).add_auth(request)
    return requests.Request(method, url, dict(request.headers), data=text).prepare()


def fill_books(quickbooks: str) -> str:
    """Let the accountant enter the records of BOOKS in QuickBooks, merge two and close the books.

    Returns the id of the customer that was merged into another one.
    """
    made: dict[str, str] = {}
    for entity, told in BOOKS:
        body = told | ({"IncomeAccountRef": {"value": "79"}} if entity == "Item" else {})
        if parent := told.get("ParentRef"):
            body["ParentRef"] = {"value": made[parent]}
        record = _entered(f"{quickbooks}/_sim/person/create", entity=entity, body=body)
        made[str(told.get("DisplayName"))] = str(record.get(entity, record)["Id"])
    merged, survivor = made[MERGED], made[SURVIVOR]
    chosen = {"entity": "Customer", "loser": merged, "survivor": survivor}
    _entered(f"{quickbooks}/_sim/person/merge", **chosen)
    _entered(f"{quickbooks}/_sim/person/close_books", date=CLOSED_UNTIL)
    return merged


def open_october(quickbooks: str) -> None:
    """Let the accountant open the last closed month again, as the office asked for."""
    _entered(f"{quickbooks}/_sim/person/close_books", date=OPENED_FROM)


def enter_late(mobiwork: str, merged: str) -> None:
    """Let the office have a customer that was merged, and a paid invoice of a closed month."""
    with _browser() as browser:
        known = browser.get(f"{mobiwork}/_sim/records/invoice", timeout=SECONDS)
        [invoice, *_] = _checked(known).json()["records"]
    late = FOUND_LATE | {name: invoice[name] for name in ("customerId", "lineItems")}
    entered = _entered(f"{mobiwork}/_sim/records/invoice", **late)
    paid = PAID_LATE | {"invoiceId": entered["mobiworkInvoiceId"]}
    _entered(f"{mobiwork}/_sim/records/payment", **paid)
    club = {"companyName": MERGED, "type": "BUSINESS", "externalCustomerId": f"{merged},QBO"}
    _entered(f"{mobiwork}/_sim/records/customer", **club)


def _entered(url: str, **given: object) -> dict[str, Any]:
    with _browser() as browser:
        answer: dict[str, Any] = _checked(browser.post(url, json=given, timeout=SECONDS)).json()
    return answer


def app_of(quickbooks: str) -> dict[str, str]:
    """Read the client id and secret of the app that the QuickBooks simulator knows."""
    with _browser() as browser:
        told = _checked(browser.get(f"{quickbooks}/_sim/", timeout=SECONDS)).json()
    return {name: told[name] for name in ("client_id", "client_secret")}


def register_webhook(quickbooks: str, *, url: str, verifier: str) -> None:
    """Tell the QuickBooks simulator where to post what changed, as the developer portal does."""
    told = {"url": url, "verifier": verifier}
    with _browser() as browser:
        _checked(browser.post(f"{quickbooks}/_sim/webhooks", json=told, timeout=SECONDS))


def calls_of(quickbooks: str) -> dict[str, int]:
    """Read how many metered and free calls the QuickBooks simulator has counted."""
    with _browser() as browser:
        told = _checked(browser.get(f"{quickbooks}/_sim/counters", timeout=SECONDS)).json()
    return {"metered": told["metered"], "free": told["free"]}


def _checked(answer: requests.Response) -> requests.Response:
    if answer.status_code != HTTPStatus.OK:
        page = _Page(answer.text)
        said = " ".join([page.heading, *page.texts, *page.items]).strip() or answer.text[:500]
        raise ConnectError(f"{answer.url.split('?')[0]} answered {answer.status_code}: {said}")
    return answer
