"""Pages that show what somebody wrote who means harm: shown as text, small, with few calls."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from connector.api import activity
from connector.console.asking import Route
from connector.lambdas.themes import all_routes
from connector.model.pending import Deletion
from connector.model.worklist.causes import Kind
from connector.store import settings as saved
from connector.store.life.rows import ConnectionRow
from connector.store.records import pending
from tests.builders import a_company, a_customer, a_line, a_payment, a_product, an_invoice
from tests.functions.cloud import CONSOLE_ADMIN, Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN
from tests.functions.running import run_of_pushes
from tests.functions.sites import IntuitSite
from tests.functions.visiting import ask, counted, filled, hire
from tests.words_of_machines import EXACT, KEYS

STATIC = Path(str(files("connector.console"))) / "static"
ASSETS = sum(len(one.read_bytes()) for one in STATIC.iterdir() if one.suffix in {".css", ".js"})
MOST_CALLS, MOST_OF_SETTINGS = 14, 20
"""Calls of the table for a page; pick lists of settings are lists of their own."""
EVIL = "javascript:alert(1)//\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
NAME = "\"'><script>alert(1)</script>"
"""The same without the colon, which no name in QuickBooks may have."""
LEADS = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data", "poster"}
SHOWN_ON = 30
"""On so many pages at least the evil words are seen, as words."""
VIEWS = (
    "records?state=refused", "records?state=posted", f"records?customer={NAME}",
    f"records?number={EVIL}", "payments?view=pushed", f"payments?view=all&customer={NAME}",
    f"worklist/entries?cause={EVIL}", "worklist/entries?entry=push_invoices/5502",
    f"runs/{RUN}?outcome=refused", f"approvals?flow={EVIL}", f"matches?entity={EVIL}",
    f"review?sort={EVIL}", f"settings/{quote(EVIL, safe='')}", "records/push_invoices/5502",
    "records/push_customers/700001", "records/push_payments/finish-Payment-164",
    "worklist/entries?entry=push_payments/finish-Payment-164", "records/push_payments/901",
    "settings/payment", "settings/product", f"payments?view={EVIL}",
    f"records?flow={EVIL}&state=x",
)  # fmt: skip
"""Addresses within a connection, beside those of the routes."""


UNLIKE_PEOPLE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|(?<![\w$.,-])\d+\.\d{2}(?![\w.%])")
"""Days and amounts as machines write them."""


def in_their_order(address: str) -> bool:
    """Tell whether a page lists what happened, or is short, and has an order of its own."""
    rest = address.removeprefix(f"/connections/{CONNECTION}").strip("/")
    return rest.startswith(("activity", "settings", "records/", "runs/", "books/")) or not rest


class Page(HTMLParser):
    """A page as a browser takes it: what runs, what leads somewhere, and what is seen."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.harm: list[str] = []
        self.seen = ""
        self.forms: dict[str, dict[str, str]] = {}
        self.buttons: list[str] = []
        self.tokens: list[str] = []
        self.tables: list[list[str]] = []
        self.unlike_people: list[str] = []
        self.keys: list[str] = []
        self._inside: list[str] = []
        self._form = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: one or "" for name, one in attrs}
        own = told.get("src", "").startswith("/console/static/")
        if (tag in {"script", "img"} and not own) or tag in {"iframe", "object", "embed", "base"}:
            self.harm.append(f"<{tag}> {told}")
        self.harm += [f"{tag} {name}" for name in told if name.startswith("on") or name == "style"]
        for name in LEADS & set(told):
            if not told[name].startswith(("/console", "#", "https://app.qbo.intuit.com/")):
                self.harm.append(f"{tag} {name}={told[name]}")
        self.seen += " ".join(told.values())
        self._of_form(tag, told)
        if tag == "table" and told.get("class") not in {"facts", "rows", "sides"}:
            self.tables.append([])
        elif tag == "th" and self.tables and told.get("scope") == "col":
            self.tables[-1].append("sorted" if "aria-sort" in told else "plain")
        elif tag == "time" and not (
            told.get("datetime") and (told.get("title") or "class" in told)
        ):
            self.unlike_people.append(f"a moment without the exact one: {told}")
        self.keys += KEYS.findall(told.get("aria-label", "") + told.get("placeholder", ""))
        if tag in {*EXACT, "option", "title"}:
            self._inside.append(tag)

    def _of_form(self, tag: str, told: dict[str, str]) -> None:
        if tag == "form":
            self._form = told.get("id") or f"form {len(self.forms)}"
            self.forms[self._form] = told
        elif tag == "button":
            self.buttons.append(told.get("form") or self._form)
        elif tag == "input" and told.get("name") == "token":
            self.tokens.append(self._form)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif self._inside and self._inside[-1] == tag:
            self._inside.pop()

    @property
    def unsendable(self) -> list[str]:
        """What a form lacks that is sent without script: a button, the token, where it leads."""
        posts = [one for one in all_routes() if one.method == "POST"]
        rules = [re.compile(re.sub(r"<\w+>", "[^/]+", f"/console{one.rule}")) for one in posts]
        rules.append(re.compile("/console/sign-out"))
        wrong = [
            f"no button: {told}" for own, told in self.forms.items() if own not in self.buttons
        ]
        for own, told in self.forms.items():
            if told.get("method") == "post":
                there = told["action"].partition("?")[0]
                wrong += [f"no token: {told}"] * (own not in self.tokens)
                wrong += [f"nowhere: {told}"] * (not any(one.fullmatch(there) for one in rules))
        return wrong

    def handle_data(self, data: str) -> None:
        self.seen += data
        if not self._inside:
            self.unlike_people += UNLIKE_PEOPLE.findall(data)
        if not {*EXACT} & {*self._inside}:
            self.keys += KEYS.findall(data)

    @property
    def unsorted(self) -> list[list[str]]:
        """The tables of several columns of which none sorts."""
        return [one for one in self.tables if len(one) > 2 and "sorted" not in one]


@pytest.fixture(autouse=True)
def _evil(connected: Cloud, intuit: IntuitSite, context: Context) -> None:
    """A connection where whoever could write anything wrote what would run."""
    hire()
    ConnectionRow(pk=CONNECTION, sk="connection").update(
        actions=[ConnectionRow.company_name.set(EVIL)]
    )
    company = a_company(read_at=datetime.now(UTC).isoformat())
    income = company.accounts[0].model_copy(update={"name": NAME})
    told = company.model_copy(update={"accounts": (income, *company.accounts[1:])})
    saved.save_company(CONNECTION, told)
    connected.finds(
        a_customer(companyName=NAME, contact={"email": EVIL, "firstName": EVIL}),
        a_product(name=NAME, description=EVIL),
        an_invoice(lineItems={"lineItem": [a_line(description=EVIL)]}, description=EVIL),
        an_invoice("5502", invoiceNumber=EVIL, lineItems={"lineItem": a_line(productId="0")}),
        an_invoice("5503", status=EVIL),
        a_payment(paymentMethod=EVIL, paymentReference=EVIL),
        a_payment("902", invoiceId="5502", paymentMethod=EVIL),
    )
    run_of_pushes(context)
    entry = Deletion(
        record_id="finish-Payment-164",
        label=f"payment 901 of {NAME}",
        found_at=datetime.now(UTC).isoformat(),
        reason="It is in QuickBooks as payment 164. More was paid than its invoice comes to.",
        fixes=(),
        cause=Kind.TO_FINISH,
    )
    pending.put_deleted(CONNECTION, "push_payments", entry)
    said = {"note": EVIL, "payment_methods": {EVIL: EVIL}}
    owners = [("push_invoices", "5502"), ("push_invoices", EVIL)]
    activity.note(CONNECTION, by=EVIL, what=EVIL, before=said, after=said, records=owners)


def _addresses() -> Iterator[tuple[Route | None, str]]:
    for route in all_routes():
        if route.method == "GET":
            yield route, filled(route, CONNECTION)
    yield None, f"?name={EVIL}"
    yield None, f"/connect/confirm?code={EVIL}"
    for view in VIEWS:
        yield None, f"/connections/{CONNECTION}/{view}"


def _told(context: Context, address: str) -> dict[str, Any]:
    return ask(context, address, who=CONSOLE_ADMIN)


def test_every_page_is_small_complete_and_hardened_whatever_people_wrote(context: Context) -> None:
    shown = 0
    for route, address in _addresses():
        with counted() as calls:
            answer = _told(context, address)
        assert answer["statusCode"] in {200, 303, 404, 422}, address
        if not answer["body"] or "html" not in answer["headers"]["content-type"]:
            continue
        page = Page(answer["body"])
        assert page.harm == [], address
        assert page.unsendable == [], address
        assert page.unlike_people == [], address
        assert page.keys == [], address
        assert page.unsorted == [] or in_their_order(address), address
        shown += "alert(1)" in page.seen
        assert len(answer["body"]) + ASSETS < 100_000, address
        most = MOST_OF_SETTINGS if "settings" in address else MOST_CALLS
        assert len(calls) <= most, (route, address)
        assert answer["headers"]["content-security-policy"].startswith("default-src 'none'")
        assert answer["headers"]["cache-control"] == "no-store"
    assert shown >= SHOWN_ON
