"""Measures matching the two sides of a large company: metered calls, memory, wrong links.

The company is generated into a folder; the matching runs in a process of its own, with a store and
books of paper, so that its peak memory is its own.
"""

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import simplejson

from bench.simulator_speed import say
from connector.changes.matching.records import match_records
from connector.engine.run import Run
from connector.engine.stores import DYNAMODB
from connector.entities.registry import BY_ENTITY, PULL_OF
from connector.model.body import Body, Json
from connector.model.company import Company
from connector.model.connection import Mode, Phase
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Candidate, Match
from connector.model.pending import PendingItem, PendingState
from connector.model.policy.settings import SavedSettings, Settings
from connector.quickbooks.query import entity_of
from connector.quickbooks.responses import ChangeData, Page
from tests.builders import a_company
from tests.generated_company import GeneratedCompany, generate

CUSTOMERS, INVOICES, PAYMENTS, OTHERS = 2_000, 25_000, 22_100, 900
MOST_MEGABYTES, MOST_CALLS = 256, 1.05
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
NOW = datetime(2026, 11, 29, tzinfo=UTC)


def _lines(path: Path) -> Iterator[list[str]]:
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


@dataclass(frozen=True)
class PaperPending:
    """What was found, a file for each flow."""

    folder: Path

    def read_all(self, connection_id: str, flow: str) -> Iterator[PendingItem]:
        """Yield the items of a flow."""
        for own, text in _lines(self.folder / flow):
            yield _pending(connection_id, flow, own, text)

    def read_many(
        self, connection_id: str, flow: str, record_ids: Iterable[str]
    ) -> dict[str, PendingItem]:
        """Return the items of some records."""
        places = _places(self.folder / flow)
        if not places:
            return {}
        with (self.folder / flow).open("rb") as file:
            found = [_line_at(file, places[own]) for own in record_ids if own in places]
        return {own: _pending(connection_id, flow, own, text) for own, text in found}


def _pending(connection_id: str, flow: str, own: str, text: str) -> PendingItem:
    return PendingItem(
        connection_id=connection_id,
        flow=flow,
        record_id=own,
        record=text,
        fingerprint=own,
        found_at=NOW.isoformat(),
        label=own,
        state=PendingState.CHANGED,
    )


@cache
def _places(path: Path) -> dict[str, int]:
    """Return where the line of each record begins in a file."""
    found, at = {}, 0
    with path.open("rb") if path.exists() else BytesIO() as file:
        for line in file:
            found[str(json.loads(line)[0])] = at
            at += len(line)
    return found


def _line_at(file: BinaryIO, place: int) -> list[str]:
    file.seek(place)
    line: list[str] = json.loads(file.readline())
    return line


class NothingLeftOut:
    """Nothing is left out on the first day: all is on its way."""

    def read_page(self, *_: object, **__: object) -> list[PendingItem]:
        """Return nothing."""
        return []

    def read_many(self, *_: object) -> Body:
        """Return nothing."""
        return {}


class NoLinks:
    """Nothing is linked on the first day."""

    def read_many(self, *_: object) -> Body:
        """Return nothing."""
        return {}

    owners_of = read_many


class NoFindings:
    """Nothing is told of the look before: all lists were read to their end."""

    def found(self, _connection_id: str, _run_id: str) -> Body:
        """Return nothing."""
        return {}


class DefaultSettings:
    """The settings of a company that chose nothing."""

    def read_saved(self, _connection_id: str) -> SavedSettings:
        """Return the defaults, which nobody has saved."""
        return SavedSettings(Settings())

    def read_settings(self, _connection_id: str) -> Settings:
        """Return the defaults."""
        return Settings()

    def read_company(self, _connection_id: str) -> Company:
        """Return what is remembered of a company."""
        return a_company()

    def read_with_company(self, connection_id: str) -> tuple[SavedSettings, Company]:
        """Return both."""
        return self.read_saved(connection_id), self.read_company(connection_id)


class NoParents:
    """No customer is below another."""

    def above(
        self, _connection_id: str, _entity: str, _children: Iterable[str]
    ) -> Mapping[str, str]:
        """Return nothing."""
        return {}


class PaperShown:
    """What was typed before the start is kept for later, and nobody reads it here."""

    def all_shown(self, _connection_id: str, _target: str) -> Iterator[tuple[str, Body]]:
        """Yield nothing."""
        yield from ()

    def note_shown(self, *_: object, **__: object) -> None:
        """Keep nothing."""

    keep = note_shown


class PaperMatches:
    """What is found: pages of facts in files, matches by their owner and best candidate."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._look: Body = {}
        self._found: dict[str, dict[RecordKey, Match]] = {}

    def look(self, _connection_id: str) -> Body:
        """Return how far the look has come."""
        return dict(self._look)

    def save_look(self, _connection_id: str, kept: Json) -> None:
        """Keep how far the look has come."""
        self._look = dict(kept)

    def save_facts(
        self, _connection_id: str, target: str, page: str, facts: Sequence[Json]
    ) -> None:
        """Write the facts of a page."""
        text = simplejson.dumps(list(facts), use_decimal=True)
        (self._folder / f"facts-{target}-{page}").write_text(text, encoding="utf-8")

    def read_facts(self, _connection_id: str, target: str) -> Iterator[Body]:
        """Yield the facts of all pages."""
        for page in sorted(self._folder.glob(f"facts-{target}-*")):
            yield from simplejson.loads(page.read_text(encoding="utf-8"), use_decimal=True)

    def drop_facts(self, _connection_id: str, _target: str) -> None:
        """Forget nothing: there is nothing yet."""

    def replace_all(self, _connection_id: str, target: str, found: Sequence[Match]) -> None:
        """Keep what later ones refer to, as the table would outside of this process."""
        with (self._folder / "found").open("a", encoding="utf-8") as file:
            for one in found:
                told = [*one.owner, one.grade.value, *one.quickbooks_ids[:1]]
                file.write(f"{json.dumps(told)}\n")
        kept = found if target in {"Customer", "Invoice"} else ()
        bare = (replace(one, candidates=tuple(map(_bare, one.candidates[:1]))) for one in kept)
        self._found[target] = {one.owner: one for one in bare}

    def read_many(
        self, _connection_id: str, target: str, owners: Iterable[RecordKey]
    ) -> dict[RecordKey, Match]:
        """Return the matches of some records."""
        found = self._found.get(target, {})
        return {one: found[one] for one in owners if one in found}

    def read_all(self, _connection_id: str, _target: str) -> Iterator[Match]:
        """Yield nothing: nobody has decided anything."""
        yield from ()


class AlwaysLive:
    """Knows connections that nobody pauses or closes."""

    def phase(self, _connection_id: str) -> Phase:
        """Return that it is live."""
        return Phase.LIVE


def _bare(one: Candidate) -> Candidate:
    return Candidate(one.quickbooks_id, one.label)


@dataclass
class PaperBooks:
    """QuickBooks, a file for each entity; every page is a metered call."""

    folder: Path
    calls: int = 0

    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData:
        """Return that nothing has changed since."""
        del entities, since
        self.calls += 1
        return ChangeData(records={}, deleted={}, time=NOW, truncated=False)

    def page(self, statement: str, *, start: int, size: int) -> Page:
        """Return one page of that many rows."""
        self.calls += 1
        rows = []
        for place, (_, text) in enumerate(_lines(self.folder / entity_of(statement)), start=1):
            if start <= place < start + size:
                rows.append(simplejson.loads(text, use_decimal=True))
        return Page(rows=rows, full=len(rows) >= size, time=NOW)


def match_here(folder: Path) -> None:
    """Match in this process, and tell what was found, what it cost and the peak memory."""
    books, found = PaperBooks(folder), PaperMatches(folder)
    store: Any = replace(
        DYNAMODB,
        pending=PaperPending(folder),  # type: ignore[arg-type]
        left_out=NothingLeftOut(),  # type: ignore[arg-type]
        links=NoLinks(),  # type: ignore[arg-type]
        runs=NoFindings(),  # type: ignore[arg-type]
        settings=DefaultSettings(),  # type: ignore[arg-type]
        matches=found,  # type: ignore[arg-type]
        parents=NoParents(),  # type: ignore[arg-type]
        books=PaperShown(),  # type: ignore[arg-type]
        typed=PaperShown(),  # type: ignore[arg-type]
        connections=AlwaysLive(),
    )
    run = Run(
        connection_id="bench",
        run_id="r1",
        open_quickbooks=_nobody,
        open_pages=lambda: books,
        store=store,
        mode=Mode.REVIEW,
        now=lambda: NOW,
    )
    looked = match_records(run)
    peak = PEAK.search(Path("/proc/self/status").read_text(encoding="utf-8"))
    told = {"calls": books.calls, "rows": looked.rows, "kilobytes": int(peak[1]) if peak else 0}
    (folder / "told").write_text(json.dumps(told), encoding="utf-8")


def _nobody() -> Any:  # noqa: ANN401 - never comes back
    raise RuntimeError("matching opens nothing that can be written to")


def _write(company: GeneratedCompany, folder: Path) -> int:
    """Write both sides into files; return how many rows QuickBooks has to be asked for."""
    asked = 0
    for entity, records in company.mobiwork.items():
        flow = BY_ENTITY[entity]
        _put(folder / flow.name, ([one.own_id, one.xml] for one in records))
        pull = PULL_OF.get(flow.name)
        if pull and not pull.splitting:
            rows = company.quickbooks[pull.source]
            _put(folder / pull.name, ([one["Id"], json.dumps(one)] for one in rows))
        else:
            asked += len(company.quickbooks[flow.target])
            rows = company.quickbooks[flow.target]
            _put(folder / flow.target, ([one["Id"], json.dumps(one)] for one in rows))
    for target in ("SalesReceipt", "JournalEntry"):
        beside = company.quickbooks.get(target, [])
        _put(folder / target, ([one["Id"], json.dumps(one)] for one in beside))
        asked += len(beside)
    return asked


def _put(path: Path, rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)


def measure() -> bool:
    """Match a company of 50,000 records and compare with the limits."""
    company = generate(customers=CUSTOMERS, invoices=INVOICES, payments=PAYMENTS, others=OTHERS)
    with TemporaryDirectory() as name:
        rows, began = _write(company, Path(name)), time.perf_counter()
        subprocess.run([sys.executable, "-m", "bench.matching", name], check=True)  # noqa: S603
        seconds = time.perf_counter() - began
        told = json.loads((Path(name) / "told").read_text(encoding="utf-8"))
        told["found"] = list(_lines(Path(name) / "found"))
    return _judged(company, told, rows, seconds)


def _judged(company: GeneratedCompany, told: Json, rows: int, seconds: float) -> bool:
    limit = MOST_CALLS * rows / 1000
    grades = Counter(grade for _, _, grade, *_ in told["found"])
    linked = {Grade.CERTAIN.value, Grade.LIKELY.value}
    wrong = sum(
        grade in linked and best != [company.true_pairs[entity].get(own)]
        for entity, own, grade, *best in told["found"]
    )
    megabytes = told["kilobytes"] / 1024
    shown = ", ".join(f"{count:,} {grade}" for grade, count in sorted(grades.items()))
    claim = f"Matching: metered calls for {rows:,} documents <= {limit:.0f}"
    say(claim, str(told["calls"]), met=told["calls"] <= limit)
    claim = f"Matching: peak memory of the process <= {MOST_MEGABYTES} MB"
    say(claim, f"{megabytes:.0f} MB", met=megabytes <= MOST_MEGABYTES)
    say("Matching: wrong links among certain and likely ones", str(wrong), met=not wrong)
    say("Matching: found", shown)
    say("Matching: records a second, without the time of a table", f"{rows / seconds:.0f}/s")
    return megabytes <= MOST_MEGABYTES and told["calls"] <= limit and not wrong


if __name__ == "__main__":
    if len(sys.argv) > 1:
        match_here(Path(sys.argv[1]))
    else:
        raise SystemExit(0 if measure() else 1)
