"""What both sides held when they last agreed, kept on the links of records that go both ways."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import simplejson
from pydantic import BaseModel

from connector.engine.run import Run
from connector.engine.three_way_merge import differing_fields, here_values, there_values
from connector.model.pending import NewItem, fingerprint
from connector.model.plans import Update
from connector.model.push_flow import PushFlow
from connector.store.links import Link

FULL_NAME = "FullyQualifiedName"


def of_create[R: BaseModel](
    flow: PushFlow[R], record: R, intent: Link, answer: Mapping[str, Any], *, changed: bool
) -> None:
    """Agree on what was sent: what QuickBooks made of it otherwise is a change of its own.

    A record that changed since it was sent agrees only where it still says what was sent.
    """
    intent.body = _with_full_name(intent.body or {}, answer)
    here = here_values(flow.fields, record)
    there = there_values(flow.fields, intent.body)
    newer = differing_fields(flow.fields, here, there) if changed else ()
    intent.here = {name: value for name, value in here.items() if name not in newer}
    intent.there = there


def of_update[R: BaseModel](
    flow: PushFlow[R], record: R, link: Link, plan: Update, answer: Mapping[str, Any]
) -> None:
    """Agree on the fields that were sent; of the others nothing new is known."""
    link.body = _with_full_name(plan.body, answer)
    here, there = (
        here_values(flow.fields, record),
        there_values(flow.fields, link.body),
    )
    sent = [one.name for one in flow.fields if plan.changed.keys() & set(one.members)]
    link.here = {**(link.here or {}), **{name: here[name] for name in sent}}
    link.there = {**(link.there or {}), **{name: there[name] for name in sent}}


def _with_full_name(body: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Add what is nobody's to send: QuickBooks makes the full name of the names of the parents."""
    return {**body, **({FULL_NAME: answer[FULL_NAME]} if FULL_NAME in answer else {})}


def of_adoption[R: BaseModel](
    flow: PushFlow[R], record: R, intent: Link, answer: Mapping[str, Any]
) -> bool:
    """Agree on the fields that are the same on both sides; tell whether some are not.

    What is in no field, such as an account that the accountant chose, is QuickBooks' own from now
    on: it leaves the base, so that no update ever sends it. What is sent only once stays, for
    other flows look it up (from when the stock of an item is counted).
    """
    kept = {member for one in flow.fields for member in one.members} | flow.translation.create_only
    intent.body = {name: one for name, one in (intent.body or {}).items() if name in kept}
    here, there = (
        here_values(flow.fields, record),
        there_values(flow.fields, answer),
    )
    differing = differing_fields(flow.fields, here, there)
    intent.here = {name: value for name, value in here.items() if name not in differing}
    intent.there = {name: value for name, value in there.items() if name not in differing}
    intent.disputed = list(differing)
    return bool(differing)


def pull_again(run: Run, pull: str, record: Mapping[str, Any], label: str) -> None:
    """Have the pull engine compare a QuickBooks record with MobiWork's."""
    text = simplejson.dumps(record, use_decimal=True, sort_keys=True)
    item = NewItem(
        record_id=str(record["Id"]),
        record=text,
        fingerprint=fingerprint(text),
        found_at=datetime.now(UTC).isoformat(),
        label=label,
    )
    run.store.pending.put_all(run.connection_id, pull, [item])
