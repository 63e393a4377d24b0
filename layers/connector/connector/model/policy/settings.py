"""What a bookkeeper chooses per connection; pulling needs none of it.

A setting is a line of its theme in `themes/`. Accounts, payment methods and the like are given by
QuickBooks id or by exact, case-sensitive name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from connector.model.body import Body
from connector.model.ids import FlowName
from connector.model.policy.choices import Choice
from connector.model.policy.themes.both_sides import BothSidesSettings
from connector.model.policy.themes.customers import CustomerSettings
from connector.model.policy.themes.payments import PaymentSettings
from connector.model.policy.themes.posting import PostingSettings
from connector.model.policy.themes.products import ProductSettings
from connector.model.policy.themes.purchases import PurchaseSettings
from connector.model.policy.themes.sales import SalesSettings

THEMES: tuple[type[Choice], ...] = (
    PostingSettings,
    ProductSettings,
    CustomerSettings,
    SalesSettings,
    PaymentSettings,
    PurchaseSettings,
    BothSidesSettings,
)
"""The themes in the order in which a person reads them."""


class Settings(
    BothSidesSettings,
    PurchaseSettings,
    PaymentSettings,
    SalesSettings,
    CustomerSettings,
    ProductSettings,
    PostingSettings,
):
    """The settings of one connection, those of all themes; they are listed from the last base."""

    def differing(self, other: "Settings") -> tuple[Body, Body]:
        """Return what differs as JSON, of these and of the others; the order of a set does not."""
        own = {one for one in Settings.model_fields if getattr(self, one) != getattr(other, one)}
        return self.model_dump(mode="json", include=own), other.model_dump(mode="json", include=own)


@dataclass(frozen=True)
class SavedSettings:
    """Settings and which save they are from.

    version: the number of the save, from 1; 0 for the defaults of a connection without settings.
    saved_at: when, ISO 8601.
    saved_by: who, as AWS names a caller, or the part of the connector.
    settings: all of them.
    to_compare: the flows that may post more since a save, with its number (see `widening`); before
        they do, both sides are compared.
    """

    settings: Settings
    version: int = 0
    saved_at: str | None = None
    saved_by: str | None = None
    to_compare: Mapping[FlowName, int] = field(default_factory=dict)


class Replay(NamedTuple):
    """That what waits for settings is to be planned again.

    version: the save that asked for it.
    once_more: whether it was done before, while workers lived that may have known older settings.
    """

    version: int
    once_more: bool = False


def title(setting: str) -> str:
    """Return the words a person knows a setting by."""
    return Settings.model_fields[setting].title or setting
