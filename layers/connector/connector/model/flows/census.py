"""What the records of a MobiWork account say where settings choose by it, counted and summed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from connector.model.outcomes import LONGEST_NAME, Sum, shortened

STATUS = "status"
CATEGORY = "category"
PAYMENT_TYPE = "payment type"
METHOD = "payment method"
FIELD = "custom field"

MOST = 200
"""So many texts of a kind are kept, the most frequent ones."""

type CensusTexts = Iterable[tuple[str, str]]
"""What one record says: the kind of text, such as its status, and the text."""


@dataclass
class Census:
    """The texts of one MobiWork entity's records, by kind.

    Attributes:
        sums: How many records say a text, and what those with an amount come to.
    """

    sums: dict[str, dict[str, Sum]] = field(default_factory=dict)

    def note(self, said: CensusTexts, worth: Decimal | None) -> None:
        """Count one record."""
        self.add(said, Sum().plus(worth))

    def add(self, said: CensusTexts, more: Sum) -> None:
        """Count several records that say the same."""
        for kind, text in {(kind, shortened(text, LONGEST_NAME)) for kind, text in said}:
            found = self.sums.setdefault(kind, {})
            found[text] = found.get(text, Sum()).joined(more)

    def of(self, kind: str) -> Mapping[str, Sum]:
        """Return the texts of a kind, the most frequent first."""
        found = self.sums.get(kind, {})
        return dict(sorted(found.items(), key=lambda one: (-one[1].count, one[0])))

    def as_kept(self) -> "Census":
        """Return it as it is kept: the most frequent texts of each kind."""
        return Census({kind: dict([*self.of(kind).items()][:MOST]) for kind in self.sums})
