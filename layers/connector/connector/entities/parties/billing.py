"""Who gets a bill in MobiWork: the customer itself, its parent, or another customer.

Screens let a person choose one of the three; how the choice is named over the wire is assumed
(reference 6 row 24). A word decides, and an id counts where the word leaves it open.
"""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AliasChoices, AliasPath, BeforeValidator, Field

from connector.entities.shared.wire import Wire
from connector.mobiwork.values import IdValue

_OWN = frozenset({"self", "customer", "subcustomer", "thiscustomer"})
_PARENT = frozenset({"parent", "parentcustomer"})
_OTHER = frozenset({"other", "othercustomer", "anothercustomer"})


class Bill(StrEnum):
    """Whose the bill is."""

    OWN = "own"
    PARENT = "parent"
    OTHER = "other"


class Billed(Wire):
    """What a record says about who gets its bill.

    bill_to: the name of who gets the bill, empty where it is the customer.
    bill_to_id: MobiWork's id of that customer.
    """

    bill_to: Annotated[str, BeforeValidator(lambda text: text if isinstance(text, str) else "")] = (
        Field(default="", validation_alias=AliasChoices("billto", "billtocustomer", "sendbillto"))
    )
    bill_to_id: IdValue = Field(
        default=None,
        validation_alias=AliasChoices(
            "billtocustomerid", "billtoid", AliasPath("billtocustomer", "mobiworkcustomerid")
        ),
    )

    @property
    def payer(self) -> str:
        """The id of the customer who is named as the one who gets the bill, or nothing."""
        word = self.bill_to.strip()
        return self.bill_to_id or (word if word.isdecimal() else "")

    @property
    def names_nobody(self) -> bool:
        """Whether it says that another customer gets the bill, but not which."""
        return not self.payer and _plain(self.bill_to) in _OTHER

    def bill_of(self, customer_id: str | None, parent_id: str | None) -> Bill:
        """Say whose the bill is of a customer with this id and this parent."""
        word = _plain(self.bill_to)
        if word in _PARENT:
            return Bill.PARENT
        if word in _OWN or self.payer == customer_id:
            return Bill.OWN
        if self.payer and self.payer == parent_id:
            return Bill.PARENT
        return Bill.OTHER if self.payer or word else Bill.OWN


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower()) if text else ""
