"""How the records of a flow are recognised on the other side, while nothing links them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from connector.model.body import Json
from connector.model.company import Company
from connector.model.matching.evidence import Facts, Table
from connector.model.policy.settings import Settings


@dataclass(frozen=True)
class Recognition[R: BaseModel]:
    """What both sides say of a record, and what that counts.

    Attributes:
        table: What the facts count.
        here: What MobiWork says; it refers to other records by their MobiWork ids.
        there: What QuickBooks says; None where the record is none to be matched (a bundle).
        refers: The entities that the links of the referred records go by, by the fact.
        chosen: What MobiWork says as the settings have it, in place of what it says itself.
    """

    table: Table
    here: Callable[[R], Facts]
    there: Callable[[Json], Facts | None]
    refers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    chosen: Callable[[R, Settings, Company], Mapping[str, tuple[str, ...]]] | None = None


type AnyRecognition = Recognition[Any]
"""How records of any entity are recognised."""
