import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests

from connector.errors import (
    ConfigurationError,
    ConnectionBrokenError,
    ConnectorError,
    DuplicateNameError,
    RateLimitedError,
    RejectedError,
    RemoteDownError,
    RetriableError,
    StaleSyncTokenError,
    UnreadableAnswerError,
)
from connector.quickbooks.auth import App, TokenAuth, consent_url, exchange_code, revoke
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.query import matching, select
from connector.quickbooks.throttle import Throttle
from connector.store.calls import Calls, Meter
from connector.store.permits import PermitItem
from connector.store.sealing import Vault
from connector.store.table import Item, open_table
from connector.store.tokens import Tokens, TokenStore
from tests.mocked_aws import one_at_a_time
from tests.patience import eventually

ROOT = Path(__file__).parents[2]
CONNECTION = "hvac"
REGION = "us-east-1"
HOUR = 3600
DAY = 24 * HOUR
NUMBERS = count(1)


@dataclass(frozen=True)
class Simulator:
    url: str

    def admin(self, method: str, path: str, body: object = None) -> Any:
        answer = requests.request(method, f"{self.url}/_sim/{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def fails(self, kind: str, **options: object) -> None:
        self.admin("POST", "faults", {"kind": kind, **options})

    def passes(self, seconds: int) -> None:
        self.admin("POST", "clock", {"advance": seconds})

    def creates(self) -> int:
        """Count the posts of customers that have arrived."""
        return len(self.admin("GET", "journal?entity=Customer&method=POST")["entries"])

    def refreshes(self) -> int:
        entries = self.admin("GET", "journal")["entries"]
        return sum("tokens/bearer" in entry["path"] for entry in entries)


@dataclass
class Books:
    """A connected company."""

    simulator: Simulator
    app: App
    realm_id: str
    store: TokenStore
    meter: Meter = field(default_factory=lambda: Meter(CONNECTION))

    def client(
        self,
        *,
        timeout: tuple[float, float] = (5, 60),
        sign_in: requests.Session | None = None,
    ) -> QuickBooks:
        return QuickBooks(
            realm_id=self.realm_id,
            base_url=self.simulator.url,
            auth=TokenAuth(
                connection_id=CONNECTION,
                app=self.app,
                store=self.store,
                session=sign_in,
                sleep=lambda _: None,
            ),
            throttle=Throttle(realm_id=self.realm_id, requests_per_minute=60_000),
            meter=self.meter,
            timeout=timeout,
        )

    def tokens(self) -> Tokens:
        stored = self.store.get(CONNECTION)
        assert stored
        return stored.tokens


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    command = [sys.executable, "-m", "simulators.quickbooks", "--port", "0"]
    command += ["--switch", "limits=false"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        yield Simulator(process.stdout.readline().split(": ", 1)[1].strip())
        process.terminate()


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    running.admin("POST", "reset")
    running.admin("DELETE", "faults")
    return running


@pytest.fixture(scope="module")
def store() -> Iterator[TokenStore]:
    with one_at_a_time():
        open_table("connector", region=REGION)
        Item.create_table(billing_mode="PAY_PER_REQUEST", wait=True)
        kms = boto3.client("kms", region_name=REGION)
        yield TokenStore(Vault(kms, kms.create_key()["KeyMetadata"]["Arn"]))


@pytest.fixture
def books(simulator: Simulator, store: TokenStore) -> Books:
    known = simulator.admin("GET", "")
    app = App(
        client_id=known["client_id"],
        client_secret=known["client_secret"],
        callback_url="https://connector.example/connections/callback",
        authorize_url=f"{simulator.url}/connect/oauth2",
        token_url=f"{simulator.url}/oauth2/v1/tokens/bearer",
        revoke_url=f"{simulator.url}/v2/oauth2/tokens/revoke",
    )
    sent_back = consent(app)
    assert sent_back["state"] == ["state-1"]
    tokens = exchange_code(app, sent_back["code"][0], now=datetime.now(UTC))
    store.save_new(CONNECTION, tokens)
    simulator.admin("DELETE", "journal")
    PermitItem(f"realm#{sent_back['realmId'][0]}", "permits").delete()
    return Books(simulator, app, sent_back["realmId"][0], store)


def consent(app: App) -> dict[str, list[str]]:
    url = consent_url(app, state="state-1")
    page = requests.get(url, timeout=60).text
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page)) | {"decision": "accept"}
    answer = requests.post(app.authorize_url, data=form, timeout=60, allow_redirects=False)
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def a_request_id() -> str:
    return f"e2e-{next(NUMBERS)}"


def add(client: QuickBooks, entity: str, **body: Any) -> dict[str, Any]:
    return client.create(entity, body, requestid=a_request_id())


def a_customer(client: QuickBooks, name: str = "Harbor Cafe") -> dict[str, Any]:
    return add(client, "Customer", DisplayName=name)


def an_invoice(client: QuickBooks, customer: dict[str, Any]) -> dict[str, Any]:
    account = next(client.query(select("Account", AccountType="Income")))
    item = add(
        client, "Item", Name="Repair", Type="Service", IncomeAccountRef={"value": account["Id"]}
    )
    detail = {"ItemRef": {"value": item["Id"]}, "Qty": 3, "UnitPrice": Decimal("33.333333")}
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": Decimal("100.00"),
        "SalesItemLineDetail": detail,
    }
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [line], "TxnDate": "2026-03-02"}
    return add(client, "Invoice", **body)


def failure(client: QuickBooks, entity: str, body: dict[str, Any]) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        add(client, entity, **body)
    return raised.value


def test_a_connected_company_tells_its_country(books: Books) -> None:
    assert books.client().company_info()["Country"] == "US"


def test_preferences_can_be_read(books: Books) -> None:
    assert "SalesFormsPrefs" in books.client().preferences()


def test_a_created_customer_is_read_as_it_was_answered(books: Books) -> None:
    client = books.client()
    created = a_customer(client)
    assert client.read("Customer", created["Id"]) == created


def test_an_update_changes_only_what_it_says(books: Books) -> None:
    client = books.client()
    created = add(client, "Customer", DisplayName="Harbor Cafe", Notes="Ring twice")
    changed = client.update(
        "Customer",
        {"Id": created["Id"], "SyncToken": created["SyncToken"], "Notes": "Ring once"},
        requestid=a_request_id(),
    )
    assert (changed["DisplayName"], changed["Notes"]) == ("Harbor Cafe", "Ring once")


def test_the_same_request_again_creates_nothing(books: Books) -> None:
    client = books.client()
    body, requestid = {"DisplayName": "Harbor Cafe"}, a_request_id()
    answers = [client.create("Customer", body, requestid=requestid) for _ in range(2)]
    assert (answers[0]["Id"] == answers[1]["Id"], client.count("Customer")) == (True, 1)


def test_a_stale_update_says_so(books: Books) -> None:
    client = books.client()
    created = a_customer(client)
    stale = {"Id": created["Id"], "SyncToken": created["SyncToken"], "Notes": "first"}
    client.update("Customer", stale, requestid=a_request_id())
    with pytest.raises(StaleSyncTokenError):
        client.update("Customer", stale | {"Notes": "second"}, requestid=a_request_id())


def test_a_taken_name_is_a_duplicate_name(books: Books) -> None:
    client = books.client()
    a_customer(client)
    error = failure(client, "Customer", {"DisplayName": "harbor cafe"})
    assert (type(error), str(error).split(" was ")[0]) == (
        DuplicateNameError,
        'Customer "harbor cafe"',
    )


def test_a_name_taken_by_a_vendor_is_a_duplicate_name(books: Books) -> None:
    client = books.client()
    add(client, "Vendor", DisplayName="Harbor Cafe")
    assert type(failure(client, "Customer", {"DisplayName": "Harbor Cafe"})) is DuplicateNameError


def test_an_unknown_field_is_refused_with_its_code_and_trace(books: Books) -> None:
    error = failure(books.client(), "Customer", {"DisplayName": "Harbor Cafe", "Colour": "red"})
    assert isinstance(error, RejectedError)
    assert (error.code, bool(error.tid)) == ("2010", True)


def test_a_record_nobody_has_is_refused_as_not_found(books: Books) -> None:
    with pytest.raises(RejectedError) as raised:
        books.client().read("Customer", "99999")
    assert raised.value.code == "610"


def test_a_suspended_company_breaks_the_connection(books: Books) -> None:
    books.simulator.admin("POST", "switches", {"subscription": "EXPIRED"})
    error = failure(books.client(), "Customer", {"DisplayName": "Harbor Cafe"})
    books.simulator.admin("POST", "switches", {"subscription": "PAID"})
    assert type(error) is ConnectionBrokenError


@pytest.mark.parametrize(
    "name", ["Adam's Candy", "C\\parts", "100% Pure & Co+", "Café Øst", "a'b\\'c", "x' OR 'y"]
)
def test_any_name_is_found_by_a_query(books: Books, name: str) -> None:
    client = books.client()
    created = a_customer(client, name)
    a_customer(client, "Somebody else")
    found = client.query(select("Customer", DisplayName=name, include_inactive=True))
    assert [row["Id"] for row in found] == [created["Id"]]


def test_inactive_customers_are_found_only_when_asked_for(books: Books) -> None:
    client = books.client()
    created = a_customer(client)
    retire = {"Id": created["Id"], "SyncToken": created["SyncToken"], "Active": False}
    client.update("Customer", retire, requestid=a_request_id())
    active = list(client.query(select("Customer")))
    everyone = list(client.query(select("Customer", include_inactive=True)))
    assert (len(active), len(everyone)) == (0, 1)


def test_pages_together_are_the_whole(books: Books) -> None:
    client = books.client()
    created = [a_customer(client, f"Customer {n}")["Id"] for n in range(7)]
    found = [
        row["Id"] for row in client.query(select("Customer", order_by="DisplayName"), page_size=3)
    ]
    assert found == created


def test_a_count_takes_conditions(books: Books) -> None:
    client = books.client()
    for name in ("Harbor Cafe", "North Dock"):
        a_customer(client, name)
    assert client.count("Customer", matching(DisplayName="North Dock")) == 1


def test_a_query_of_what_cannot_be_queried_is_our_fault(books: Books) -> None:
    with pytest.raises(ConfigurationError):
        list(books.client().query("SELECT * FROM Customer WHERE Colour = 'red'"))


def test_money_goes_there_and_back_to_the_cent(books: Books) -> None:
    client = books.client()
    invoice = an_invoice(client, a_customer(client))
    assert client.read("Invoice", invoice["Id"])["TotalAmt"] == Decimal("100.00")


def test_a_voided_invoice_stays_with_nothing_due(books: Books) -> None:
    client = books.client()
    invoice = an_invoice(client, a_customer(client))
    client.void("Invoice", invoice["Id"], invoice["SyncToken"], requestid=a_request_id())
    voided = client.read("Invoice", invoice["Id"])
    assert (voided["TotalAmt"], voided["Balance"]) == (0, 0)


def test_a_voided_payment_leaves_its_invoice_open(books: Books) -> None:
    client = books.client()
    customer = a_customer(client)
    invoice = an_invoice(client, customer)
    linked = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    payment = add(
        client,
        "Payment",
        CustomerRef={"value": customer["Id"]},
        TotalAmt=Decimal("100.00"),
        Line=[{"Amount": Decimal("100.00"), "LinkedTxn": linked}],
    )
    paid = client.read("Invoice", invoice["Id"])["Balance"]
    client.void("Payment", payment["Id"], payment["SyncToken"], requestid=a_request_id())
    assert (paid, client.read("Invoice", invoice["Id"])["Balance"]) == (0, 100)


def test_a_deleted_invoice_is_gone(books: Books) -> None:
    client = books.client()
    invoice = an_invoice(client, a_customer(client))
    client.delete("Invoice", invoice["Id"], invoice["SyncToken"], requestid=a_request_id())
    assert client.count("Invoice") == 0


def test_changes_tell_what_was_made_and_what_was_deleted(books: Books) -> None:
    client = books.client()
    before = client.changes(["Customer"], datetime.now(UTC) - timedelta(hours=1)).time
    customer = a_customer(client)
    invoice = an_invoice(client, customer)
    client.delete("Invoice", invoice["Id"], invoice["SyncToken"], requestid=a_request_id())
    changes = client.changes(["Customer", "Invoice", "Payment"], before - timedelta(minutes=1))
    assert (
        [row["Id"] for row in changes.records["Customer"]],
        changes.deleted["Invoice"],
        changes.records["Payment"],
        changes.truncated,
    ) == ([customer["Id"]], [invoice["Id"]], [], False)


def test_our_meter_counts_what_intuit_counts(books: Books) -> None:
    before = books.simulator.admin("GET", "counters")
    client = books.client()
    created = a_customer(client)
    client.read("Customer", created["Id"])
    list(client.query(select("Customer")))
    failure(client, "Customer", {"DisplayName": "Harbor Cafe"})
    after = books.simulator.admin("GET", "counters")
    assert books.meter.counted == Calls(metered=2, free=1)
    assert metered(after) - metered(before) == 2


def metered(counters: dict[str, Any]) -> int:
    return int(counters["metered"])


def test_an_expired_token_costs_one_refresh_and_no_error(books: Books) -> None:
    client = books.client()
    a_customer(client)
    books.simulator.passes(HOUR + 1)
    a_customer(client, "North Dock")
    assert (client.count("Customer"), books.simulator.refreshes()) == (2, 1)


def test_a_rotated_refresh_token_is_the_one_that_is_kept(books: Books) -> None:
    client, first = books.client(), books.tokens().refresh_token
    books.simulator.passes(DAY)
    client.company_info()
    books.simulator.passes(DAY)
    client.company_info()
    assert (books.tokens().refresh_token != first, books.simulator.refreshes()) == (True, 2)


def test_many_workers_with_an_expired_token_refresh_once(books: Books) -> None:
    books.simulator.passes(HOUR + 1)
    clients = [books.client() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: clients[n % 4].company_info()["Id"], range(16)))
    assert (len(told), books.simulator.refreshes()) == (16, 1)


class LosesFirstAnswer(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        self.lost = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        answer = super().send(request, **options)
        if not self.lost:
            self.lost += 1
            raise requests.ReadTimeout
        return answer


def test_a_lost_refresh_answer_is_survived(books: Books) -> None:
    books.simulator.passes(HOUR + 1)
    country = books.client(sign_in=LosesFirstAnswer()).company_info()["Country"]
    assert (country, books.simulator.refreshes()) == ("US", 2)


def test_a_disconnected_company_is_broken_and_said_so_once(books: Books) -> None:
    books.simulator.admin("POST", "disconnect")
    client = books.client()
    with pytest.raises(ConnectionBrokenError):
        client.company_info()
    assert books.simulator.refreshes() == 1


def test_a_revoked_connection_is_broken(books: Books) -> None:
    revoke(books.app, books.tokens().refresh_token)
    with pytest.raises(ConnectionBrokenError):
        books.client().company_info()


def test_a_wrong_secret_is_a_wrong_deployment(books: Books) -> None:
    wrong = App(**{**vars(books.app), "client_secret": "wrong"})
    with pytest.raises(ConfigurationError):
        exchange_code(wrong, "any", now=datetime.now(UTC))


def test_a_used_code_asks_to_connect_again(books: Books) -> None:
    code = consent(books.app)["code"][0]
    exchange_code(books.app, code, now=datetime.now(UTC))
    with pytest.raises(ConnectionBrokenError):
        exchange_code(books.app, code, now=datetime.now(UTC))


@pytest.mark.parametrize(
    ("trouble", "written"),
    [
        ("drop_before", 0),
        ("drop_after", 1),
        ("error_before", 0),
        ("error_after", 1),
        ("html_after", 1),
        ("timeout_before", 0),
        ("timeout_after", 1),
    ],
)
def test_a_lost_write_is_unknown_and_the_same_request_makes_it_one(
    books: Books, trouble: str, written: int
) -> None:
    client, hasty = books.client(), books.client(timeout=(5, 0.5))
    books.simulator.fails(trouble, entity="Customer", method="POST")
    body, requestid = {"DisplayName": "Harbor Cafe"}, a_request_id()
    with pytest.raises(RetriableError) as raised:
        hasty.create("Customer", body, requestid=requestid)
    assert isinstance(raised.value, RemoteDownError | UnreadableAnswerError)
    assert eventually(books.simulator.creates, lambda begun: begun) == 1
    first = client.count("Customer")
    client.create("Customer", body, requestid=requestid)
    assert (raised.value.unknown_outcome, first, client.count("Customer")) == (True, written, 1)


def test_a_throttled_call_pauses_the_company(books: Books) -> None:
    books.simulator.fails("throttle")
    client = books.client()
    with pytest.raises(RateLimitedError):
        client.company_info()
    with pytest.raises(RateLimitedError, match="pause"):
        books.client().company_info()
