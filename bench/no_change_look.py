"""Measures a look at an account in which nothing changed, beside lxml parsing the same bytes.

The connector's own look, client and store: answers are printed by the MobiWork simulator once and
kept in a file, the table is in this process; what both need themselves is told apart. Each size
has a process of its own, so that the simulator's memory is none of the look's.
"""

import json
import os
import pickle
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, override
from urllib.parse import urlsplit

import requests
from lxml import etree
from requests.adapters import BaseAdapter

from bench.first_pull import KEYS
from bench.metering import Waiting
from bench.prices import MEGABYTES_OF_A_PROCESSOR, UNITS
from bench.quick_table import QuickTable
from bench.simulator_speed import failed, say
from connector.changes.lists.parts import ALL
from connector.changes.mobiwork import find_changes
from connector.engine.stores import DYNAMODB
from connector.entities.registry import PUSHES
from connector.mobiwork.client import MobiWork
from connector.store.table import open_table
from tests.builders import CONNECTION, settings

SMALL, LARGE, EACH = 3, 126, 398
"""Times the simulator's sample company, which has so many records."""
ROUNDS = 5
MOST_SHARE, MOST_MEGABYTES, MOST_UNITS, MOST_GROWTH = 1.5, 128, 0.02, 1.2
MEGABYTES = 256
"""What the function that looks has."""
LISTS = frozenset(f"{flow.entity}.list" for flow in PUSHES)


class Kept(BaseAdapter):
    """MobiWork at the end of a session: answers from a file, or from `ask`, which are then kept.

    pages: the lists that were answered, in order.
    seconds: its own processor time.
    """

    def __init__(
        self, path: Path, ask: Callable[[str, str, bytes], tuple[int, bytes]] | None = None
    ) -> None:
        super().__init__()
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._ask, self._lock = ask, Lock()
        self._file.execute("CREATE TABLE IF NOT EXISTS kept (asked PRIMARY KEY, status, answer)")
        self.pages: list[bytes] = []
        self.seconds = 0.0
        self.main_waits: Callable[[], object] = lambda: None

    @override
    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        with self._lock:
            return self._answered(request)

    def _answered(self, request: requests.PreparedRequest) -> requests.Response:
        if threading.current_thread() is threading.main_thread():
            self.main_waits()
        began = time.thread_time()
        path, body = urlsplit(request.url or "").path, request.body or b""
        method, sent = request.method or "", body if isinstance(body, bytes) else body.encode()
        asked = f"{method} {path} ".encode() + sent
        found = self._file.execute(
            "SELECT status, answer FROM kept WHERE asked = ?", (asked,)
        ).fetchone()
        if found is None and self._ask:
            found = self._ask(method, request.url or "", sent)
            self._file.execute("INSERT INTO kept VALUES (?, ?, ?)", (asked, *found))
        if b"list" in asked:
            self.pages.append(asked)
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = found[0], request, request.url or ""
        answer.raw = _Arriving(found[1])
        self.seconds += time.thread_time() - began
        return answer

    def read(self) -> Iterator[bytes]:
        """Yield the lists that were answered."""
        for asked in self.pages:
            found = self._file.execute("SELECT answer FROM kept WHERE asked = ?", (asked,))
            page = found.fetchone()[0]
            if (first := page.find(b"<response")) >= 0:  # lxml takes no declaration like theirs
                yield page[first:]

    @override
    def close(self) -> None:
        """Close nothing."""


class _Arriving(BytesIO):
    def read1(self, amt: int | None = -1, decode_content: bool = False) -> bytes:  # noqa: ARG002 - as urllib3 calls it
        return super().read1(amt)


class Look:
    """One account over a table in this process."""

    def __init__(self, kept: Kept) -> None:
        self.kept, self.table, session = kept, QuickTable(), requests.Session()
        self.waiting = Waiting()
        self.waiting.install()
        kept.main_waits = self.waiting.wait
        self.table.use()
        open_table("bench", region="us-east-1")
        session.mount("https://", kept)
        self.mobiwork = MobiWork(
            base_url="https://mobiwork.example",
            client_id="40321",
            login_id="SIMLOGIN12345678",
            password="SIMPASSWORD12345",  # noqa: S106 - the documented default of a simulator
            capabilities=LISTS,
            session=session,
        )
        DYNAMODB.settings.save_settings(CONNECTION, settings(), saved_at="", saved_by="bench")

    def once(self, *, whole: bool = True) -> Mapping[str, Any]:
        """Look at everything, or as by day; return what it took and what it found."""
        if whole:
            DYNAMODB.again.ask(CONNECTION, ALL, [ALL])
        self.waiting.clear()
        self.kept.pages.clear()
        self.kept.seconds = 0.0
        self.table.calls.clear()
        self.table.units.clear()
        self.table.seconds, began = 0.0, time.process_time()
        self.mobiwork.authenticate()
        with self.mobiwork.reading_ahead():
            found = find_changes(CONNECTION, self.mobiwork)
        spent = time.process_time() - began - self.kept.seconds - self.table.seconds
        own = {flow.entity: found[flow.name].read for flow in reversed([*PUSHES])}
        return {
            "seconds": spent,
            "records": sum(own.values()),
            "changed": sum(one.changed for one in found.values()),
            "problems": [one.problem for one in found.values() if one.problem],
            "units": sum(self.table.units.values()),
            "table calls": sum(self.table.calls.values()),
            "calls": len(self.kept.pages),
            "waited": self.waiting.seconds,
        }


def prepare(folder: Path, size: int) -> None:
    """Print an account, look at it until nothing changes, and keep pages and table."""
    from simulators.mobiwork import sample  # noqa: PLC0415 - not in the process that is measured
    from simulators.mobiwork.account import Account  # noqa: PLC0415
    from simulators.mobiwork.answering import Asked, carried_out, target  # noqa: PLC0415

    account = Account()
    sample.fill(account.store, seed=7, size=size)

    def ask(method: str, url: str, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(url)
        query = dict(one.split("=", 1) for one in parts.query.split("&") if one)
        answer = carried_out(Asked(method, query, body, target(parts.path)), account)
        return answer.status, answer.body

    look = Look(Kept(folder / "pages", ask))
    for whole in (True, True, True, False):
        look.once(whole=whole)
    rows = {
        own: row
        for own, row in look.table.rows.items()
        if not any(one in own[0] for one in ("#pending", "#places", "#left-out"))
    }
    (folder / "table").write_bytes(pickle.dumps(rows))


def measure(folder: Path) -> Mapping[str, Any]:
    """Look some times, and parse the same bytes after each; return figures."""
    look = Look(Kept(folder / "pages"))
    look.table.load(pickle.loads((folder / "table").read_bytes()))  # noqa: S301 - our own
    looks, parses = [look.once()], []
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for _ in range(ROUNDS):
        looks.append(look.once())
        spent = 0.0
        for page in look.kept.read():
            began = time.process_time()
            etree.fromstring(page)
            spent += time.process_time() - began
        parses.append(spent)
    shares = [one["seconds"] / spent for one, spent in zip(looks[1:], parses, strict=True)]
    seconds = [one["seconds"] for one in looks[1:]]
    told = {"seconds": median(seconds), "shares": shares, "lxml": median(parses), "peak": peak}
    usual = [look.once(whole=False) for _ in range(ROUNDS)][1:]
    by_day = {**usual[-1], "seconds": median(one["seconds"] for one in usual)}
    return {**looks[-1], **told, "by day": by_day}


def _heaps() -> Mapping[str, str]:
    """Return how memory is handed out to threads, as the functions have it."""
    from local.template import read_template  # noqa: PLC0415 - not in the process that is measured

    told = read_template(Path("template.yaml"))["Globals"]["Function"]["Environment"]["Variables"]
    return {name: value for name, value in told.items() if name.startswith("MALLOC_")}


def _of_size(size: int) -> Mapping[str, Any]:
    with TemporaryDirectory() as folder:
        for deed in ("prepare", "measure"):
            command = [sys.executable, "-m", "bench.no_change_look", deed, folder, str(size)]
            told = subprocess.run(  # noqa: S603 - our own
                command, check=True, stdout=subprocess.PIPE, env=os.environ | _heaps()
            ).stdout
    found: Mapping[str, Any] = json.loads(told)
    return found


def main() -> int:
    """Measure; 1 tells that a limit was not met."""
    os.environ.update(KEYS)
    match sys.argv[1:]:
        case ["prepare", folder, size]:
            prepare(Path(folder), int(size))
            return 0
        case ["measure", folder, _]:
            sys.stdout.write(json.dumps(measure(Path(folder))))
            return 0
    small, large = _of_size(SMALL), _of_size(LARGE)
    shares, records = sorted(large["shares"]), large["records"]
    say(
        f"Nothing changed in {records:,} records: CPU / lxml parsing the same <= {MOST_SHARE}",
        f"{median(shares):.2f} ({shares[0]:.2f}-{shares[-1]:.2f}); "
        f"{large['seconds']:.2f} s beside {large['lxml']:.2f} s",
        met=median(shares) <= MOST_SHARE,
    )
    growth = large["seconds"] / records / (small["seconds"] / small["records"])
    say(
        f"Seconds a record beside an account of {small['records']:,} <= {MOST_GROWTH}",
        f"{growth:.2f}",
        met=growth <= MOST_GROWTH,
    )
    say(
        f"Peak memory <= {MOST_MEGABYTES} MB",
        f"{large['peak']} MB; {small['peak']} MB with {small['records']:,}",
        met=large["peak"] <= MOST_MEGABYTES,
    )
    say(
        f"Units of the table for each record <= {MOST_UNITS}",
        f"{large['units'] / records:.3f}; {large['table calls']} calls of the table, "
        f"{large['calls']} of MobiWork; {large['changed']} changed {large['problems']}",
        met=large["units"] <= MOST_UNITS * records and not large["changed"],
    )
    for name, one in (("by night, of everything", large), ("by day", large["by day"])):
        work = one["seconds"] * MEGABYTES_OF_A_PROCESSOR / MEGABYTES + one["waited"]
        dollars = work * MEGABYTES / 1024 * UNITS["gb_seconds"].dollars
        dollars += one["units"] * UNITS["reads"].dollars
        say(
            f"A look {name}",
            f"{one['calls']} calls, {one['waited']:.0f} s of waiting, {one['seconds']:.2f} s of "
            f"work, {one['units']} units; {1_000_000 * dollars:.0f} dollars a million",
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
