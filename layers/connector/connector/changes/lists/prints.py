"""Which records of a list are printed as before, and what is known of them without parsing them.

That a record is unchanged follows from its bytes alone: what they were read as, by each flow, is
kept with their mark. A record counts as read only where every flow that it concerns kept it so.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from connector.changes.lists.look import FlowReading, ListedRecord, ListsLook
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.xml import RawRecord
from connector.model.fingerprints import Fingerprints, Print
from connector.model.flows.census import Census
from connector.model.outcomes import Sum
from connector.model.pending import fingerprint

READ_AS = "c3f9fc7d4a0d"
"""Changes with the models and what is noted of a record: then all records are read anew."""
SAID, REPRINTED = "said|", "reprinted|"
WINDOWS, LATE_WINDOWS = "windows|", "late-windows|"
"""What is kept of a list, each with its entity: what its records say, and how it is read."""
MOST_SAID = 500
"""So many different sayings are kept of a list; records with others are read each time."""
MANY = 200
"""More records than these, and most of a list, are seldom printed in another way."""


class Said(NamedTuple):
    """What some records say, None where nobody can read them, and which flows they concern.

    texts: names and values.
    flows: their names.
    """

    texts: tuple[tuple[str, str], ...] | None
    flows: tuple[str, ...]


class Prints:
    """How the records of one list were printed when they were read."""

    def __init__(
        self, look: ListsLook, readings: Sequence[FlowReading], *, whole: bool = True
    ) -> None:
        self._lists, self._readings = look.lists, readings
        main = self._main = readings[0]
        self._entity, self._alone = main.flow.entity, len(readings) == 1
        self._place = f"{SAID}{self._entity}|"
        self._said = sayings(look.lists, self._entity)
        self._windows = (WINDOWS if whole else LATE_WINDOWS) + self._entity
        kept = look.lists.known(self._windows) or look.lists.known(WINDOWS + self._entity)
        self._before = kept or "[]"
        self._sums: dict[str, Sum] = {}
        self._used: set[str] = set()
        self._fresh: set[str] = set()
        self._passed: list[str] = []
        self._reprinted: list[tuple[FlowReading, str, Print]] = []
        self.last = LastReading(
            reader=f"{READ_AS}|{look.form}",
            ids=dict(self._followed()),
            windows=tuple(json.loads(self._before)),
        )

    def _followed(self) -> Iterator[tuple[str, str]]:
        """Yield the marks and ids of records that all flows know as they were printed."""
        again = self._main.again
        for own, printed in self._main.known.prints.items():
            mark, key, *_ = printed.split(" ")
            if (said := self._said.get(key)) is None:
                continue
            if own not in again if self._alone else self._all_know(own, mark, said):
                yield mark, own

    def _all_know(self, own: str, mark: str, said: Said) -> bool:
        return all(
            one.known.prints.get(own, "").startswith(mark) and own not in one.again
            for one in self._concerned(said)
        )

    def passes(self, raw: RawRecord) -> bool:
        """Take a record for read and unchanged if that follows from how it is printed."""
        if not raw.same or raw.id is None or raw.id in self._fresh:
            return False
        self._passed.append(raw.id)
        return True

    def count(self) -> None:
        """Count what was passed since this was done last, once for each record."""
        passed, prints = set(self._passed) - self._main.seen, self._main.known.prints
        self._passed.clear()
        by_saying: defaultdict[str, list[str]] = defaultdict(list)
        worths: defaultdict[str, list[Decimal]] = defaultdict(list)
        for own in passed:
            _, key, worth, *_ = prints[own].split(" ")
            by_saying[key].append(own)
            if worth:
                worths[key].append(Decimal(worth))
        for key, some in by_saying.items():
            for one in self._concerned(self._said[key]):
                one.seen.update(some)
                one.counts.read += len(some)
                one.counts.unchanged += len(some)
            amounts = worths[key]
            found = Sum(len(some), sum(amounts, Decimal(0)) if amounts else None)
            self._sums[key] = self._sums.get(key, Sum()).joined(found)

    def learn(self, one: ListedRecord) -> None:
        """Keep how a record is printed that all flows have read."""
        raw, flow, own = one.raw, self._main.flow, one.own
        self._fresh.add(own)
        if raw.mark is None or raw.id is None:
            return
        concerned = [reading for reading in self._readings if own in reading.seen]
        texts, worth, owed = None, None, ""
        if one.record is not None:
            texts = tuple(sorted(set(flow.records.said(one.record))))
            worth, owed = flow.wording.worth(one.record), flow.records.owed(one.record)
        said = Said(texts, tuple(reading.flow.name for reading in concerned))
        key = self._key(said)
        if key is None:
            return
        printed = f"{raw.mark} {key} {'' if worth is None else worth} {owed}"
        for reading in concerned:
            if own in reading.known.changed:
                reading.known.keep_print(own, printed)
            elif reading.known.prints.get(own) != printed:
                self._reprinted.append((reading, own, printed))

    def finish(self, census: Census, *, whole: bool) -> None:
        """Count what was passed, and keep what the next look goes by."""
        for key, found in self._sums.items():
            census.add(self._said[key].texts or (), found)
        windows = json.dumps(self.last.windows)
        if windows != self._before:
            self._lists.remember(self._windows, windows)
        for key in self._said.keys() - self._used - self._sums.keys() if whole else ():
            self._lists.forget(self._place + key)
        self._keep_reprinted()

    def _keep_reprinted(self) -> None:
        """Keep other prints of unchanged records; of most of a list only once a day.

        A server that prints the same in another way each time would cost a write of all there is.
        """
        count = len(self._reprinted)
        if count > MANY and count * 2 > self._main.counts.read:
            place, today = REPRINTED + self._entity, datetime.now(UTC).date().isoformat()
            if self._lists.known(place) == today:
                return
            self._lists.remember(place, today)
        for reading, own, printed in self._reprinted:
            reading.known.keep_print(own, printed)

    def _concerned(self, said: Said) -> list[FlowReading]:
        return [one for one in self._readings if one.flow.name in said.flows]

    def _key(self, said: Said) -> str | None:
        """Return under what a saying is kept; None where there are too many."""
        text = json.dumps(said)
        key = fingerprint(text)[:8]
        if key not in self._said:
            if len(self._said) >= MOST_SAID:
                return None
            self._said[key] = said
            self._lists.remember(self._place + key, text)
        self._used.add(key)
        return key


def sayings(lists: Fingerprints, entity: str) -> dict[str, Said]:
    """Return what the records of a list say, by what their prints name it."""
    place = f"{SAID}{entity}|"
    return {
        own.removeprefix(place): _said(text)
        for own, text in lists.marks.items()
        if own.startswith(place)
    }


def _said(text: str) -> Said:
    texts, flows = json.loads(text)
    return Said(None if texts is None else tuple(map(tuple, texts)), tuple(flows))
