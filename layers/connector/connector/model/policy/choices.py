"""What a bookkeeper may choose: the forms that settings are made of."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
)

MOST_CUSTOM_FIELDS = 3

OF_NOTHING = "Empty means the default."
SPELLING = "Case, spaces and punctuation are ignored; `none` stands for records without a status."


type DisplayNameFormat = Literal[
    "company else person",
    "company",
    "first last",
    "last, first",
    "company (first last)",
]


type ExemptionReason = Literal[
    "",
    "federal government",
    "state government",
    "local government",
    "tribal government",
    "charitable organization",
    "religious organization",
    "educational organization",
    "hospital",
    "resale",
    "direct pay permit",
    "multiple points of use",
    "direct mail",
    "agricultural production",
    "industrial production or manufacturing",
    "foreign diplomat",
]
"""QuickBooks' reasons in the order of its `TaxExemptionReasonId` (1 to 15, reference 6.2)."""


type CategoryOf = Literal["product", "invoice", "quote", "sales order", "expense"]
"""The kinds of records that have a category in MobiWork."""


type Numbers = Literal["MobiWork's number", "QuickBooks' own number"]


type MissingMethods = Literal["post without", "ask", "create"]


type Reimbursable = Literal[
    "ask", "bill from the employee", "owed to the employee", "paid by the company"
]


type InvoiceBalances = Literal["tell, many at once", "tell each", "do not compare"]


type ListedOrders = Literal["ask", "one sale", "two sales"]
"""What an invoice and a sales order of MobiWork are that come to the same."""


type NoMoney = Literal["ignore", "credit", "write-off"]
"""What a payment stands for that brings no money, where the company says so."""


type Digests = Literal["off", "daily", "weekly"]


type OnConflict = Literal["ask", "QuickBooks wins", "MobiWork wins"]


type SubCustomersAs = Literal[
    "sub-customer", "customer named Parent:Child", "address of the parent"
]


class Choice(BaseModel):
    """Base of what a person chooses: unknown members are refused, texts are trimmed."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def setting[T](default: T, title: str, *, when: str, description: str | None = None) -> T:
    """Return the field of one setting.

    Args:
        default: What holds for a company that chooses nothing.
        title: The words a person knows it by.
        when: When one would want another value, as a sentence.
        description: What it must be and what it does, as far as its title does not say so.
    """
    return Field(
        default=default,
        title=title,
        description=description,
        json_schema_extra={"when": when},
    )


def chosen_or_default(
    theme: type[Choice], chosen: tuple[str, ...], about: ValidationInfo
) -> tuple[str, ...]:
    """Take an empty choice for none: before statuses were judged, it was saved for "all"."""
    default: tuple[str, ...] = theme.model_fields[str(about.field_name)].default
    return chosen or default


class ExpensePayment(Choice):
    """How expenses of one MobiWork payment type are paid in QuickBooks."""

    type: Literal["Check", "CreditCard", "Cash"] = Field(title="Payment type in QuickBooks")
    account: str = Field(min_length=1, title="Account it is paid from")


class CustomField(Choice):
    """One MobiWork custom field and the QuickBooks custom field it goes to."""

    api_name: str = Field(
        min_length=1,
        title="API name in MobiWork",
        description="On sales documents also workOrderNumber, poNumber, seller and category.",
    )
    definition_id: Literal["1", "2", "3"] = Field(title="Custom field in QuickBooks (1 to 3)")


class Tracking(Choice):
    """Which class or location a document has in QuickBooks."""

    field: str = Field(
        default="",
        title="Taken from",
        description="The API name of a custom field; on sales also category, seller, "
        "workOrderNumber; on purchases vendor; on expenses also category, user.",
    )
    names: Mapping[str, str] = Field(default={}, title="QuickBooks name for each MobiWork value")
    otherwise: str = Field(default="", title="For all other values")


CustomFields = Annotated[tuple[CustomField, ...], Field(max_length=MOST_CUSTOM_FIELDS)]
