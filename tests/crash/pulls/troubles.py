"""What can go wrong between a worker and MobiWork, as data, and the cases made of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.entities.registry import PULLS
from connector.store.records import pending
from tests.crash.pulls.account import PLAIN, Quirks
from tests.crash.pulls.plots import DANGEROUS, EDITED, Play, PullCase
from tests.crash.pulls.records import record_of
from tests.crash.pulls.trial import PullTrial
from tests.crash.remote import IMPATIENCE
from tests.crash.trial import KILLED
from tests.crash.verdict import Verdict

SLOWLY = 50.0
SLOWEST = 10.0
"""Slower clocks where lists are late, and where a time-out of real seconds is waited for."""

TIME_OUT = {"kind": "slow", "seconds": IMPATIENCE + 1.0}


@dataclass(frozen=True)
class Trouble:
    """Scripts of the simulator, its switches, and how MobiWork answers the worker."""

    scripts: Sequence[Mapping[str, Any]] = ()
    switches: Mapping[str, Any] = field(default_factory=dict)
    quirks: Quirks = PLAIN
    speed: float = 0.0


def scripted(kind: str, *, times: int = 1, **told: Any) -> Trouble:
    """Return trouble that the simulator makes."""
    return Trouble(({"kind": kind, "times": times, **told},))


TROUBLES: Mapping[str, Trouble] = {
    "time-out after commit": Trouble(
        (TIME_OUT,), quirks=Quirks(patience=IMPATIENCE), speed=SLOWEST
    ),
    "5xx before commit": scripted("status", after=False),
    "5xx after commit": scripted("status"),
    "5xx four times": scripted("status", times=4, after=False),
    "5xx page after commit": scripted("html"),
    "dropped before commit": scripted("drop", after=False),
    "dropped after commit": scripted("drop"),
    "answer cut in the middle": scripted("truncated_xml"),
    "answer not readable": scripted("malformed_xml"),
    "answer empty": scripted("empty"),
    "token expired": scripted("wrong_token"),
    "token expired (login page)": Trouble(
        ({"kind": "wrong_token"},), {"expiry_answer": "login_page"}
    ),
}
ONLY_ADDITIONS: Mapping[str, Trouble] = {
    "answered with a message only": Trouble(quirks=Quirks(numberless=True)),
    "message only, lists 20 s late": Trouble(
        quirks=Quirks(numberless=True, lag=20.0), speed=SLOWLY
    ),
    "message only, external ids not found": Trouble(quirks=Quirks(numberless=True, blind=True)),
    "dropped, lists 20 s late": Trouble(({"kind": "drop"},), quirks=Quirks(lag=20.0), speed=SLOWLY),
    "dropped, external ids not found": Trouble(({"kind": "drop"},), quirks=Quirks(blind=True)),
}
SHORT = ("5xx after commit", "token expired", "message only, lists 20 s late")


def in_additions() -> Iterator[PullCase]:
    """Let additions meet each trouble; another process settles it, or the same one."""
    for name, trouble in {**TROUBLES, **ONLY_ADDITIONS}.items():
        for flow in PULLS:
            if flow.adds:
                fault = f"addition: {name}"
                short = flow.name == "pull_customers" and name in SHORT
                yield PullCase(flow.name, fault, added(trouble, False), short)
                if name in ONLY_ADDITIONS:
                    variant = "another process goes on"
                    yield PullCase(flow.name, fault, added(trouble, True), False, variant)


def added(trouble: Trouble, hasty: bool) -> Play:
    def play(trial: PullTrial) -> Verdict:
        trial.tell(record_of(trial.flow.source))
        return _met(trial, trouble, "add", hasty=hasty)

    return play


def in_merges() -> Iterator[PullCase]:
    """Let merges meet each trouble."""
    for name, trouble in TROUBLES.items():
        for flow in EDITED:
            short = flow.name == "pull_products" and name in SHORT
            yield PullCase(flow.name, f"merge: {name}", merged(trouble), short)


def merged(trouble: Trouble) -> Play:
    def play(trial: PullTrial) -> Verdict:
        trial.begin_merge()
        return _met(trial, trouble, "edit")

    return play


def _met(trial: PullTrial, trouble: Trouble, call: str, *, hasty: bool = False) -> Verdict:
    trial.speed = trouble.speed or trial.speed
    trial.switch(**trouble.switches)
    trial.script(call, *trouble.scripts)
    trial.work(trial.task(hasty=hasty, quirks=trouble.quirks))
    ended = trial.survive(quirks=trouble.quirks)
    assert not trial.scripts_left(), "the trouble never came"
    return trial.verdict(ended=ended, updated=None if call == "edit" else 0)


def single() -> Iterator[PullCase]:
    """Let other things happen that have a case of their own."""
    for flow in PULLS:
        for fault, play, made_for in SINGLE:
            if made_for(flow):
                yield PullCase(flow.name, fault, play, flow.name == "pull_vendors")


def refused(trial: PullTrial) -> Verdict:
    """Let MobiWork refuse an addition, and a person try again."""
    trial.tell(record_of(trial.flow.source))
    trial.script("add", *[{"kind": "error", "after": False}] * len(trial.told))
    trial.work(trial.task())
    for item in pending.worklist(trial.connection_id, trial.flow.name):
        assert pending.replay(trial.connection_id, trial.flow.name, item.record_id)
    return trial.verdict(ended=trial.survive(), refused=len(trial.told))


def token_on_the_repetition(trial: PullTrial) -> Verdict:
    """Lose the answer of an addition and the token before it is looked up."""
    trial.tell(record_of(trial.flow.source))
    trial.script("add", {"kind": "drop"})
    trial.script("list", {"kind": "wrong_token", "skip": int(trial.flow.push is None)})
    trial.work(trial.task())
    return trial.verdict(ended=trial.survive())


def look_up_fails(trial: PullTrial) -> Verdict:
    """Lose the answer of an addition, and all answers of the look-up in that run."""
    trial.tell(record_of(trial.flow.source))
    trial.script("add", {"kind": "drop"})
    trial.script("list", {"kind": "status", "times": 3, "skip": int(trial.flow.push is None)})
    trial.work(trial.task())
    return trial.verdict(ended=trial.survive())


def parts_match(trial: PullTrial) -> Verdict:
    """Let other records of MobiWork have external ids that contain the one that is looked up."""
    other = record_of(trial.flow.source, 100)
    first = record_of(trial.flow.source)
    trial.tell({**other, "Id": f"1{first['Id']}"})
    trial.pull(trial.flow.name)
    trial.tell(first)
    assert trial.work(trial.task(die_at="intent saved")) == [KILLED]
    return trial.verdict(ended=trial.survive())


def deleted_after_it_was_added(trial: PullTrial) -> Verdict:
    """Let a person delete the record that a killed worker has added."""
    trial.tell(record_of(trial.flow.source))
    assert trial.work(trial.task(die_at=DANGEROUS)) == [KILLED]
    trial.delete_in_mobiwork()
    return trial.verdict(ended=trial.survive())


def deleted_before_it_is_merged(trial: PullTrial) -> Verdict:
    """Let a person delete a linked record; the change is put before a person, nothing is added."""
    trial.begin_merge()
    trial.delete_in_mobiwork()
    ended = trial.survive()
    states = {one.state for one in pending.worklist(trial.connection_id, trial.flow.name)}
    assert states == {"deleted"}
    assert not list(trial.account.records(trial.flow.entity, trial.flow.records.filters))
    trial.told.clear()
    return trial.verdict(ended=ended, gone=1)


def not_taken(trial: PullTrial) -> Verdict:
    """Let MobiWork ignore the quantity: it is told to a person, and no run writes it again."""
    trial.begin_merge()
    trial.switch(quantity_taken=False)
    trial.work(trial.task())
    (item,) = pending.worklist(trial.connection_id, trial.flow.name)
    assert "MobiWork did not save the quantity" in str(item.reason)
    ended = trial.survive()
    trial.told |= {own: {**one, "QtyOnHand": "12"} for own, one in trial.told.items()}
    return trial.verdict(ended=ended, updated=None, refused=1)


def _adds(flow: Any) -> bool:
    return bool(flow.adds)


def _edited(flow: Any) -> bool:
    return flow in EDITED


SINGLE: Sequence[tuple[str, Play, Callable[[Any], bool]]] = (
    ("addition: refused, tried again by a person", refused, _adds),
    ("addition: token expired on the look-up", token_on_the_repetition, _adds),
    ("addition: look-up fails", look_up_fails, _adds),
    ("addition: external ids match in parts", parts_match, _adds),
    ("addition: deleted in MobiWork meanwhile", deleted_after_it_was_added, _adds),
    ("merge: deleted in MobiWork meanwhile", deleted_before_it_is_merged, _edited),
    ("merge: quantity not taken", not_taken, lambda flow: flow.name == "pull_part_quantities"),
)
