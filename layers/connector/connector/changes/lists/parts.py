"""Which part of a list a look reads: all of it, or what was created lately; and whether it is new.

MobiWork documents no filter for what changed, but filters by created date for some lists (reference
1.6, 3.7-3.10). A long one of these is read from some weeks back at each look and wholly once a day;
a short one is cheap enough to be read wholly each time. What the filters miss is found a day later.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zlib import crc32

from connector.changes.lists.found import Found
from connector.changes.lists.look import DOUBTED, FlowReading, ListsLook
from connector.changes.lists.prints import READ_AS
from connector.mobiwork.lists.pages import Answers, Filters
from connector.model.body import Body
from connector.model.flows.push_flow import AnyPushFlow

LATELY = timedelta(days=60)
"""What was created since is read at each look of a long list."""
FEW, MOST_KEPT = 6, 100
"""A list that takes no more calls is short; answers of more calls are not compared."""
AGAIN = timedelta(hours=1)
"""A doorbell that nothing new is found for has long lists read wholly, but not more often."""
READ = "read|"
"""With an entity: when its list was read wholly last, and how."""
ALL = "lists"
"""In the place of a flow, where a person asked for what is to be found again: read all lists."""
NIGHT, NIGHT_MINUTES = timedelta(hours=6), 240
"""Lists are read wholly from then on (UTC), a night of America, spread over so many minutes."""


@dataclass(frozen=True, kw_only=True)
class ListPart:
    """What is read of a list.

    filters: what it is asked for.
    whole: whether that is all of it, so that what is missing is gone.
    before: what it answered when nothing was new, if it is enough that it answers so again.
    counts: how many records of each flow it held then.
    """

    filters: Filters
    whole: bool = True
    before: Answers | None = None
    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class ListParts:
    """The parts of the lists that one look reads.

    look: the look.
    """

    look: ListsLook

    @property
    def day(self) -> str:
        """The day of reading lists wholly: it begins in the night, and not for all at once."""
        spread = timedelta(minutes=crc32(self.look.connection_id.encode()) % NIGHT_MINUTES)
        return (self.look.now - NIGHT - spread).date().isoformat()

    def expect(self, lists: Iterable[Sequence[AnyPushFlow]]) -> None:
        """Let lists be asked for that are read in this order."""
        for flows in lists:
            part = self.part(flows)
            asked = part.before.asked if part.before else ((part.filters, 0),)
            by = part.before.route if part.before else None
            self.look.mobiwork.expect(flows[0].entity, asked, by=by)

    def part(self, flows: Sequence[AnyPushFlow]) -> ListPart:
        """Return what is read of a list now."""
        own = flows[0].records.filters
        kept = self._kept(flows)
        names = [flow.name for flow in flows]
        doubted = any(self.look.lists.known(DOUBTED + name) for name in names)
        same = kept.get("day") == self.day and kept.get("reader") == self._reader
        if doubted or not same or any(self.look.again.get(one) for one in (ALL, *names)):
            return whole_of(flows)
        lately = self._lately(flows) if kept["long"] else None
        filters = own if lately is None else {**own, **lately}
        before, counts = self._before(names, filters)
        return ListPart(filters=filters, whole=lately is None, before=before, counts=counts)

    def may_answer_as_before(self, part: ListPart, flows: Sequence[AnyPushFlow]) -> bool:
        """Tell whether what a part answers is kept for the next look: not of all of a long list."""
        return not (part.whole and self._kept(flows).get("long"))

    def may_be_more(self, flows: Sequence[AnyPushFlow]) -> bool:
        """Tell whether a list was read in part, and not wholly for a while."""
        at = self._kept(flows).get("at", self.look.now.isoformat())
        part = self.part(flows)
        return not part.whole and self.look.now - datetime.fromisoformat(at) >= AGAIN

    def was_read(
        self, part: ListPart, readings: Sequence[FlowReading], answers: Answers, *, twice: bool
    ) -> None:
        """Keep how a list was read to its end; to be called before its readings are saved.

        The answers of a list that was read `twice` are not kept: some of what was seen may only
        have been in the first ones.
        """
        flows = [one.flow for one in readings]
        gone = part.whole and any(one.known.ids() - one.seen for one in readings)
        if gone or any(one.again for one in readings):
            return
        kept = self._kept(flows)
        if part.whole:
            long = answers.dated and len(answers.asked) > FEW
            told = {"day": self.day, "reader": self._reader, "long": long}
            if told.items() - kept.items() or long:
                kept = told | {"at": self.look.now.isoformat()}
                self.look.lists.remember(READ + flows[0].entity, json.dumps(kept))
        comparable = answers.digest and not (part.whole and kept["long"])
        if comparable and not twice and len(answers.asked) <= MOST_KEPT:
            self._keep_answers(part, readings, answers)

    def _keep_answers(
        self, part: ListPart, readings: Sequence[FlowReading], answers: Answers
    ) -> None:
        """Keep what a list answered in which nothing was new for any flow."""
        if any(one.known.changed or one.known.notes or one.known.linking for one in readings):
            return
        told: Body = {
            "reader": self._reader,
            "filters": dict(part.filters),
            "digest": answers.digest,
        }
        told |= {"asked": [[dict(filters), start] for filters, start in answers.asked]}
        told |= {"route": list(answers.route)} if answers.route else {}
        for one in readings:
            before, body = self.look.told(one.flow.name), told | {"read": one.counts.read}
            if before.body != body:
                keep = self.look.store.answers.keep
                keep(self.look.connection_id, one.flow.name, body, turn=before.turn)

    def _before(
        self, names: Sequence[str], filters: Filters
    ) -> tuple[Answers | None, dict[str, int]]:
        """Return what a list answered to these filters when nothing was new for any flow."""
        bodies = {name: self.look.told(name).body or {} for name in names}
        same = {body.get("digest") for body in bodies.values()}
        first = bodies[names[0]]
        held = first.get("filters") == dict(filters) and first.get("reader") == self._reader
        if not held or len(same) > 1:
            return None, {}
        asked = tuple((filters, int(start)) for filters, start in first["asked"])
        method, path = first.get("route") or ("", "")
        answers = Answers(
            asked=asked,
            digest=str(first["digest"]),
            route=(str(method), str(path)) if path else None,
        )
        return answers, {name: int(body["read"]) for name, body in bodies.items()}

    def _lately(self, flows: Sequence[AnyPushFlow]) -> Filters | None:
        day = date.fromisoformat(self.day) - LATELY
        return self.look.mobiwork.created_since(flows[0].entity, day)

    def _kept(self, flows: Sequence[AnyPushFlow]) -> Body:
        return dict(json.loads(self.look.lists.known(READ + flows[0].entity) or "{}"))

    @property
    def _reader(self) -> str:
        return f"{READ_AS}|{self.look.form}"


def whole_of(flows: Sequence[AnyPushFlow]) -> ListPart:
    """Return all of a list."""
    return ListPart(filters=flows[0].records.filters)


def as_before(part: ListPart) -> dict[str, Found]:
    """Return what was found where a list answered as before."""
    return {name: Found(read=count, unchanged=count) for name, count in part.counts.items()}
