"""What people did, in plain words: whom it was done to by name, and what was before and after."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup

from connector.api.choosing.choices import choices_of
from connector.api.choosing.naming import Named, SettingInWords, told
from connector.api.runs import search
from connector.console import words
from connector.model.body import capital
from connector.model.control.activity import Deed
from connector.model.ids import FlowName, RecordId, in_words
from connector.model.policy.settings import Settings, title

RUN = re.compile(r"(?:the )?run (\d{8}T\d{6}-[0-9a-f]{8}[a-z-]*)")
"""A run by its id, as a sentence names it."""
PAGES = {"run_id": "runs", "match": "books"}
"""What a deed may have led to that has a page of its own, and where that is."""
NAMES_SHOWN = 5


@dataclass(frozen=True)
class Phrase:
    """Some words, and the page of the connection that they lead to, if any.

    text: the words.
    """

    text: str
    to: str | None = None


@dataclass(frozen=True)
class ShownDeed:
    """One deed of a person, done to any number of records at once.

    what: a sentence in parts, of which some lead to pages.
    owners: some of the records it was done to; more: how many others.
    changes: what was before and after, by the names that people know.
    deed: as it is kept.
    """

    deed: Deed
    what: tuple[Phrase, ...]
    owners: tuple[Phrase, ...]
    more: int
    changes: tuple[SettingInWords, ...]


def shown(connection_id: str, deeds: Sequence[Deed]) -> list[ShownDeed]:
    """Return deeds in words; what was done to several records at once is one of them.

    The names of the records are one call of the table, those of what settings hold some more.
    """
    changed = {name for one in deeds for name in _values(one) if name in Settings.model_fields}
    named = Named({one.setting: one for one in choices_of(connection_id, changed)})
    places = {(one.flow, one.record_id) for one in deeds if one.flow and one.record_id}
    labels = search.labels(connection_id, places)
    return [
        _shown([*some], named, labels)
        for _, some in groupby(deeds, lambda one: (one.at, one.by, one.what))
    ]


def _shown(
    some: Sequence[Deed], named: Named, labels: Mapping[tuple[FlowName, RecordId], str]
) -> ShownDeed:
    first = some[0]
    owners = [_owner(one.flow, one.record_id, labels) for one in some if one.flow and one.record_id]
    return ShownDeed(
        first,
        tuple(_what(first)),
        tuple(owners[:NAMES_SHOWN]),
        len(owners[NAMES_SHOWN:]),
        tuple(_changes(first, named)),
    )


def _owner(
    flow: FlowName, record_id: RecordId, labels: Mapping[tuple[FlowName, RecordId], str]
) -> Phrase:
    name = labels.get((flow, record_id)) or f"{in_words(flow)}, {record_id}"
    return Phrase(capital(name), f"records/{flow}/{quote(record_id, safe='')}")


def _what(deed: Deed) -> Iterator[Phrase]:
    """Yield a sentence in parts: runs in it, and what it led to, lead to their pages."""
    end = 0
    for run in RUN.finditer(deed.what):
        yield Phrase(words.sentence(deed.what[end : run.start()]))
        yield Phrase(Markup("the run of {}").format(words.run_time(run[1])), f"runs/{run[1]}")
        end = run.end()
    yield Phrase(words.sentence(deed.what[end:]))
    if end == 0:
        for name, own in _values(deed).items():
            if name in PAGES:
                yield Phrase(" ")
                yield Phrase("What came of it", f"{PAGES[name]}/{own}")


def _values(deed: Deed) -> dict[str, object]:
    return {**(deed.before or {}), **(deed.after or {})}


def _changes(deed: Deed, named: Named) -> Iterable[SettingInWords]:
    """Yield what was before and after; a side that nothing is known of is empty."""
    before, after = deed.before or {}, deed.after or {}
    for name in _values(deed):
        if name in Settings.model_fields:
            yield SettingInWords(
                title(name), named.value(name, before.get(name)), named.value(name, after.get(name))
            )
        elif name not in PAGES:
            then, now = (told(one[name]) if name in one else "" for one in (before, after))
            yield SettingInWords(capital(name.replace("_", " ")), then, now)
