"""What a pull makes of QuickBooks' JSON, as the engine puts it together."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

import simplejson
from pydantic import BaseModel

from connector.mobiwork.editing import edited
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.flows.context import PullContext
from connector.model.flows.field import Changes, Values
from connector.model.flows.pull_flow import PullFlow
from connector.model.policy.settings import Settings


def answer(text: str, **changes: Any) -> Body:
    """Return a record as QuickBooks' JSON; a member changed to None is left out."""
    record = {**simplejson.loads(text, use_decimal=True), **changes}
    return {name: value for name, value in record.items() if value is not None}


def added[R: BaseModel](
    pull: PullFlow[R],
    record: Body,
    links: Mapping[tuple[str, str], str] | None = None,
    **chosen: Any,
) -> Changes:
    """Return what is written into a new MobiWork record, without the external id."""
    known = PullContext(Settings.model_validate(chosen), links or {})
    fields = [one.write(one.quickbooks(record), None) for one in pull.fields]
    return {
        path: text
        for part in (*fields, pull.translation.new(record, known))
        for path, text in part.items()
    }


def read_back[R: BaseModel](pull: PullFlow[R], changes: Changes) -> R:
    """Write into an empty MobiWork record and read it with the wire model."""
    element = edited(Element(pull.entity), changes)
    return pull.records.model.model_validate(RawRecord.of(pull.entity, None, element).fields)


def in_mobiwork[R: BaseModel](pull: PullFlow[R], record: R) -> Values:
    """Return what counts of each field in MobiWork."""
    return {one.name: one.compared(one.mobiwork(record)) for one in pull.fields}


def in_quickbooks[R: BaseModel](pull: PullFlow[R], record: Body) -> Values:
    """Return what counts of each field in QuickBooks."""
    return {one.name: one.compared(one.quickbooks(record)) for one in pull.fields}
