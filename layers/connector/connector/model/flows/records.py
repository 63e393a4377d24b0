"""What both directions must know of one entity's records in MobiWork."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from connector.model.body import Body
from connector.model.flows.census import CensusTexts


@dataclass(frozen=True)
class MobiWorkRecords[R: BaseModel]:
    """The records of one MobiWork entity: how they are listed, read and recognised.

    Attributes:
        entity: MobiWork's name of the entity, such as `customer`; links go by it as well.
        model: The wire model that a record is read with.
        filters: What the list call needs to show all records, disabled ones too.
        external_id: The external id that a record carries in MobiWork; None where it has none
            or where it says nothing about what the flow makes of it.
        enabled: Whether the record is in use in MobiWork.
        places: Its addresses by their ids, where documents name one by its id.
        said: The texts that settings choose by, each with its kind (`model/flows/census`).
        owed: What it says of what is still to pay, as one word that a look keeps beside how it was
            printed: an invoice what is left of it, a payment what is for which invoice; empty where
            it says nothing of that.
        concerns: Whether a record of the list is one of the flow's at all; others are never looked
            at, unless they were before. None where all of them are.
    """

    entity: str
    model: type[R]
    filters: Mapping[str, str] = field(default_factory=dict)
    external_id: Callable[[R], str | None] = lambda _record: None
    enabled: Callable[[R], bool] = lambda _record: True
    places: Callable[[R], Mapping[str, Body]] = lambda _record: {}
    said: Callable[[R], CensusTexts] = lambda _record: ()
    owed: Callable[[R], str] = lambda _record: ""
    concerns: Callable[[R], bool] | None = None
