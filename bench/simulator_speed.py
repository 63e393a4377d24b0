"""Measures the simulators against limits of their own, all in one run: speed, growth and memory."""

import itertools
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from urllib.parse import parse_qs, quote, urlsplit

import requests
import simplejson

from bench.load import Connections, Line, Server, fastest, request, running
from simulators.mobiwork.account import CLIENT_ID as MOBIWORK_CLIENT
from simulators.mobiwork.account import LOGIN_ID, PASSWORD
from simulators.quickbooks.wire import dump
from simulators.quickbooks.world import CLIENT_ID, CLIENT_SECRET, REALM

ROUNDS, SECONDS, READY, REPEATS = 15, 0.4, 60_000, 60
SHARE = 0.25
FEW, MANY, PAGES, CAP = 10_000, 100_000, 100, 200
MOST_GROWTH, MOST_MEGABYTES, LEAST_RATE = 1.5, 300, 2_000
QUICKBOOKS = ("simulators.quickbooks", "--switch", "limits=false")
REDIRECT = "http://127.0.0.1/callback"
LOGIN = (
    f"<request><apiLoginId>{LOGIN_ID}</apiLoginId><apiPassword>{PASSWORD}</apiPassword></request>"
)
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
CHANGED = "MetaData.LastUpdatedTime"
QUERIES = {
    "as they come": "SELECT * FROM Customer MAXRESULTS 1000",
    "by id": "SELECT * FROM Customer ORDERBY Id STARTPOSITION 8001 MAXRESULTS 1000",
    "by change": f"SELECT * FROM Customer WHERE {CHANGED} > '2020-01-01T00:00:00Z'"  # noqa: S608
    f" ORDERBY {CHANGED} STARTPOSITION 5001 MAXRESULTS 1000",
}
failed: list[str] = []


def say(claim: str, figure: str, *, met: bool | None = None) -> None:
    """Print one figure, and remember a limit that is not met."""
    mark = {True: "ok", False: "MISS", None: ""}[met]
    sys.stdout.write(f"{mark:4}  {claim:72} {figure}\n")
    sys.stdout.flush()
    if met is False:
        failed.append(claim)


def quickbooks_token(url: str) -> str:
    """Give the consent and exchange its code, as a client would."""
    form = {
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT,
        "scope": "com.intuit.quickbooks.accounting",
        "state": "bench",
        "realmId": REALM,
        "decision": "accept",
    }
    page = requests.post(f"{url}/connect/oauth2", form, allow_redirects=False, timeout=30)
    code = parse_qs(urlsplit(page.headers["Location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    answer = requests.post(
        f"{url}/oauth2/v1/tokens/bearer", form, auth=(CLIENT_ID, CLIENT_SECRET), timeout=30
    )
    return str(answer.json()["access_token"])


def customer(number: int) -> dict[str, object]:
    """Make a customer as connectors send them."""
    place = {
        "Line1": f"{number} Main St",
        "City": "Tampa",
        "CountrySubDivisionCode": "FL",
        "PostalCode": "33601",
    }
    return {
        "DisplayName": f"Customer {number:06}",
        "CompanyName": f"Company {number}",
        "PrimaryPhone": {"FreeFormNumber": "555-0100"},
        "BillAddr": place,
    }


class Company:
    """The company of a running QuickBooks simulator."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.headers = JSON | {"Authorization": f"Bearer {quickbooks_token(server.url)}"}

    def call(self, path: str, body: object = None) -> bytes:
        """Write a call of the accounting API."""
        method = "GET" if body is None else "POST"
        return request(method, f"/v3/company/{REALM}/{path}", body, self.headers)

    def creates(self, *, request_ids: bool = False) -> Iterator[bytes]:
        """Write simple creates without end."""
        for n in itertools.count(2 * 10**6 if request_ids else 10**6):
            key = f"&requestid={n:032x}" if request_ids else ""
            yield self.call(f"customer?minorversion=75{key}", customer(n))

    def batches(self, first: int, last: int) -> Iterator[bytes]:
        """Write batches that create customers."""
        for start in range(first, last, 30):
            items = [
                {"bId": str(n), "operation": "create", "Customer": customer(n)}
                for n in range(start, min(start + 30, last))
            ]
            yield self.call("batch?minorversion=75", {"BatchItemRequest": items})


def creates() -> None:
    """Compare simple creates with the bare web server, in turns and by the clock.

    Each round has a share of its own, and the median of the shares decides: what disturbs the
    machine for a while disturbs both halves of a round or few rounds. The share of the processor
    time is told beside it.
    """
    with running("bench.hello") as hello, running(*QUICKBOOKS) as quickbooks:
        company = Company(quickbooks)
        greetings = itertools.repeat(request("POST", "/hello", customer(1), JSON))
        for name, bodies in (
            ("", company.creates()),
            (" with a request id", company.creates(request_ids=True)),
        ):
            ready = iter(list(itertools.islice(bodies, READY)))
            rounds = [(_round(hello, greetings), _round(quickbooks, ready)) for _ in range(ROUNDS)]
            _tell_creates(name, rounds)


@dataclass(frozen=True)
class Round:
    """Requests a second, and processor seconds of the server for each."""

    rate: float
    cpu: float


def _round(server: Server, calls: Iterator[bytes]) -> Round:
    began = server.cpu
    rate = Connections(server.url).rate(calls, SECONDS)
    return Round(rate, (server.cpu - began) / (rate * SECONDS))


def _tell_creates(name: str, rounds: list[tuple[Round, Round]]) -> None:
    shares = [made.rate / bare.rate for bare, made in rounds]
    bare, made = (Round(median(r.rate for r in side), median(r.cpu for r in side))
                  for side in zip(*rounds, strict=True))  # fmt: skip
    figure = f"{median(shares):.2f}  ({min(shares):.2f} to {max(shares):.2f}; "
    figure += f"{made.rate:.0f}/s of {bare.rate:.0f}/s)"
    claim = f"QuickBooks: creates{name}, share of a bare web server >= {SHARE}"
    say(claim, figure, met=median(shares) >= SHARE)
    share = median(bare.cpu / made.cpu for bare, made in rounds)
    figure = f"{share:.2f}  ({made.cpu * 1e6:.0f} us against {bare.cpu * 1e6:.0f} us)"
    say(f"QuickBooks: creates{name}, the same by processor time", figure)


def queries() -> None:
    """Compare pages out of few and many customers, in turns, and weigh the many."""
    with running(*QUICKBOOKS) as small, running(*QUICKBOOKS) as large:
        few, many = Company(small), Company(large)
        Connections(small.url).send(few.batches(0, FEW))
        began = time.perf_counter()
        Connections(large.url).send(many.batches(0, MANY))
        rate = MANY / (time.perf_counter() - began)
        for name, text in QUERIES.items():
            _pages(name, f"query?query={quote(text)}&minorversion=75", few, many)
        _walk(many)
        weight = large.megabytes
    met = weight <= MOST_MEGABYTES
    say(f"QuickBooks: 100,000 customers within {MOST_MEGABYTES} MB", f"{weight:.0f} MB", met=met)
    say("QuickBooks: customers created in batches", f"{rate:.0f}/s")


def _pages(name: str, path: str, few: Company, many: Company) -> None:
    lines = Line(few.server.url), Line(many.server.url)
    lines[0].ask(few.call(path))
    told = simplejson.loads(lines[1].ask(many.call(path)), parse_float=Decimal, parse_int=Decimal)
    rows = told["QueryResponse"]["Customer"]
    small, large, alone = fastest(
        lambda: lines[0].ask(few.call(path)),
        lambda: lines[1].ask(many.call(path)),
        lambda: dump(rows),
        times=REPEATS,
    )
    for line in lines:
        line.close()
    figure = f"{large / alone:.2f}  ({large * 1000:.1f} ms, {alone * 1000:.1f} ms)"
    claim = f"QuickBooks: 1,000 of 100,000 {name}, at most 2 x writing them"
    say(claim, figure, met=large <= 2 * alone)
    claim = f"QuickBooks: 1,000 of 100,000 {name}, at most {MOST_GROWTH} x of 10,000"
    say(claim, f"{large / small:.2f}", met=large <= MOST_GROWTH * small)


def _walk(company: Company) -> None:
    """Compare pages that nobody has read yet, another one each time, with writing one of them."""
    line = Line(company.server.url)
    texts = (f"SELECT * FROM Customer STARTPOSITION {start} MAXRESULTS 1000"  # noqa: S608
             for start in range(1, MANY, 1000))  # fmt: skip
    calls = (company.call(f"query?query={quote(text)}&minorversion=75") for text in texts)
    told = simplejson.loads(line.ask(next(calls)), parse_float=Decimal, parse_int=Decimal)
    rows = told["QueryResponse"]["Customer"]
    page, alone = fastest(lambda: line.ask(next(calls)), lambda: dump(rows), times=REPEATS)
    line.close()
    figure = f"{page / alone:.2f}  ({page * 1000:.1f} ms, {alone * 1000:.1f} ms)"
    claim = "QuickBooks: 1,000 of 100,000 read for the first time, at most 2 x"
    say(claim, figure, met=page <= 2 * alone)


def mobiwork() -> None:
    """Load many customers into the MobiWork simulator and list some of every part of them."""
    with running("simulators.mobiwork", "--sample", "1") as server:
        line = Line(server.url)
        found = json.loads(line.ask(request("GET", "/_sim/records/customer?limit=1")))
        began = server.cpu
        for start in range(0, MANY, FEW):
            keys = (str(10**6 + start + number) for number in range(FEW))
            rows = [found["records"][0] | {"mobiworkCustomerId": key} for key in keys]
            line.ask(request("POST", "/_sim/load", {"customer": rows}))
        loaded = MANY / (server.cpu - began)
        pages = list(_list_calls(line))
        began = server.cpu
        listed = sum(line.ask(page).count(b"</customer>") for page in pages)
        rate = listed / (server.cpu - began)
        weight = server.megabytes
        line.close()
    met = listed == len(pages) * CAP and rate >= LEAST_RATE
    say(
        f"MobiWork: records listed of 100,000, at least {LEAST_RATE:,} a CPU second",
        f"{rate:.0f}/s",
        met=met,
    )
    met = loaded >= LEAST_RATE
    say(
        f"MobiWork: records loaded in bulk, at least {LEAST_RATE:,} a CPU second",
        f"{loaded:.0f}",
        met=met,
    )
    say("MobiWork: memory with 100,000 customers", f"{weight:.0f} MB")


def _list_calls(line: Line) -> Iterator[bytes]:
    root = f"/api/rest/{MOBIWORK_CLIENT}/10.0.78"
    answer = line.ask(request("POST", f"{root}/authenticate.html", LOGIN)).decode()
    token = answer.partition("<token>")[2].partition("</token>")[0]
    for start in range(0, MANY, MANY // PAGES):
        window = f"<startPosition>{start}</startPosition><maxResults>{CAP}</maxResults>"
        path = f"{root}/customer/list.html?token={token}"
        yield request("POST", path, f"<request>{window}</request>")


MEASURES = {"creates": creates, "queries": queries, "mobiwork": mobiwork}


def main() -> int:
    """Run the measures that are named, or all; 1 tells that a limit was not met."""
    for name in sys.argv[1:] or MEASURES:
        MEASURES[name]()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
