"""What both sides held when they last agreed, kept on the links of records that go both ways."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import BaseModel

from connector.engine.run import Run
from connector.engine.three_way_merge import differing_fields, mobiwork_values, quickbooks_values
from connector.exact_json import canonical
from connector.model.body import Body, Json
from connector.model.flows.field import Values
from connector.model.flows.push_flow import PushFlow
from connector.model.links import Link
from connector.model.pending import NewItem, fingerprint
from connector.model.plans import Update
from connector.model.policy.settings import Settings
from connector.push.body_diff import agreed

FULL_NAME = "FullyQualifiedName"


@dataclass(frozen=True)
class Baseline:
    """What both sides held when they last agreed.

    body: what QuickBooks holds of what was sent, as the next update is compared with.
    in_mobiwork, in_quickbooks: what each side holds, by field; disputed: the fields they do not
        agree on.
    """

    body: Body
    in_mobiwork: Values = field(default_factory=dict)
    in_quickbooks: Values = field(default_factory=dict)
    disputed: tuple[str, ...] = ()


def as_adopted[R: BaseModel](
    flow: PushFlow[R], record: R, settings: Settings, meant: Body, twin: Json
) -> Body:
    """Return what both sides agree on of a record that was there before, which stays as it is.

    Of a record that becomes several documents, what the twin stands for is on it. What would follow
    its record, and is otherwise there, was never agreed on and follows nothing.
    """
    body = meant if flow.piece_id is not None else agreed(meant, twin)
    apart = flow.follows(record, settings, body) or {}
    return {name: value for name, value in body.items() if name not in apart}


def of_create[R: BaseModel](
    flow: PushFlow[R], record: R, sent: Body, answer: Json, *, changed: bool
) -> Baseline:
    """Agree on what was sent: what QuickBooks made of it otherwise is a change of its own.

    A record that changed since it was sent agrees only where it still says what was sent.
    """
    body = _with_full_name(sent, answer)
    in_mobiwork = mobiwork_values(flow.fields, record)
    in_quickbooks = quickbooks_values(flow.fields, body)
    newer = differing_fields(flow.fields, in_mobiwork, in_quickbooks) if changed else ()
    return Baseline(body, _without(in_mobiwork, newer), in_quickbooks)


def of_update[R: BaseModel](
    flow: PushFlow[R], record: R, link: Link, plan: Update, answer: Json
) -> Baseline:
    """Agree on the fields that were sent; of the others nothing new is known."""
    body = _with_full_name(plan.body, answer)
    in_mobiwork, in_quickbooks = (
        mobiwork_values(flow.fields, record),
        quickbooks_values(flow.fields, body),
    )
    sent = [one.name for one in flow.fields if plan.changed.keys() & set(one.members)]
    return Baseline(
        body,
        {**link.in_mobiwork, **{name: in_mobiwork[name] for name in sent}},
        {**link.in_quickbooks, **{name: in_quickbooks[name] for name in sent}},
        link.disputed,
    )


def _with_full_name(body: Json, answer: Json) -> Body:
    """Add what is nobody's to send: QuickBooks makes the full name of the names of the parents."""
    return {**body, **({FULL_NAME: answer[FULL_NAME]} if FULL_NAME in answer else {})}


def of_adoption[R: BaseModel](flow: PushFlow[R], record: R, meant: Body, answer: Json) -> Baseline:
    """Agree on the fields that are the same on both sides; the others are disputed.

    What is in no field, such as an account that the accountant chose, is QuickBooks' own from now
    on: it leaves the base, so that no update ever sends it. What is sent only once stays, for
    other flows look it up (from when the stock of an item is counted).
    """
    kept = {member for one in flow.fields for member in one.members} | flow.translation.create_only
    body = {name: one for name, one in meant.items() if name in kept}
    in_mobiwork, in_quickbooks = (
        mobiwork_values(flow.fields, record),
        quickbooks_values(flow.fields, answer),
    )
    disputed = differing_fields(flow.fields, in_mobiwork, in_quickbooks)
    return Baseline(
        body, _without(in_mobiwork, disputed), _without(in_quickbooks, disputed), tuple(disputed)
    )


def _without(values: Values, names: Iterable[str]) -> Values:
    left_out = set(names)
    return {name: value for name, value in values.items() if name not in left_out}


def pull_again(run: Run, pull: str, record: Json, label: str) -> None:
    """Have the pull engine compare a QuickBooks record, as it is or was read since, with ours."""
    text = canonical(record)
    item = NewItem(
        record_id=str(record["Id"]),
        record=text,
        fingerprint=fingerprint(text),
        found_at=run.now().isoformat(),
        label=label,
    )
    if not run.store.pending.put_if_free(run.connection_id, pull, item):
        run.store.pending.replay(run.connection_id, pull, item.record_id)
