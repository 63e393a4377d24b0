"""What the connector remembers of a QuickBooks company between runs, to spare metered reads."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from connector.model.body import Body, Json

LONG_AGO = "1970-01-01T00:00:00+00:00"
"""The `read_at` of a company that is to be read again altogether."""

type MaybeText = Annotated[str | None, BeforeValidator(lambda text: text or None)]
"""A text that QuickBooks may not have: it may also say "" for nothing."""

type ClassTracking = Literal["document", "line"] | None

PLANS_WITHOUT_ORDERS = ("simple start", "easystart", "essentials", "solopreneur", "self-employed")


class Account(BaseModel):
    """One account of the chart of accounts.

    Attributes:
        id: Its QuickBooks id.
        name: Its fully qualified name, such as `Job Expenses:Materials`.
        type: QuickBooks' AccountType.
        subtype: QuickBooks' AccountSubType, None where it says none.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    type: str
    subtype: MaybeText = None


class Company(BaseModel):
    """Reference data of one QuickBooks company; its lists hold active records only.

    Attributes:
        realm_id: Its id.
        name: What it is called.
        country: Where it is, such as `US`.
        read_at: When all of this was read, ISO 8601 in UTC.
        edition: The name of its plan; None where QuickBooks says nothing, as below.
        time_zone: A name as in IANA's list.
        custom_numbers: Whether people number sales documents themselves.
        custom_purchase_numbers: Whether people number purchase orders themselves.
        uses_sales_tax: Whether sales tax is on.
        taxes_by_hand: Whether sales tax is set up by hand (reference 6.7).
        sales_tax_ready: False while the set-up of automated tax was not finished.
        tax_code: One of its own tax codes, which automated tax replaces by its own choice.
        tracks_quantity: Whether quantities of items are tracked.
        allows_discount: Whether documents may have a discount.
        multicurrency: Whether documents may be in other currencies.
        class_tracking: Whether a class stands on the document or on each line.
        tracks_locations: Whether documents may have a location.
        allows_service_date: Whether lines may have a date of their own.
        closed_until: The last day of the closed books, YYYY-MM-DD.
        accounts: The chart of accounts.
        payment_methods: Ids of payment methods by their name.
        terms: Ids of terms by their name.
        tax_codes: The groups of rates that a person chooses from where sales tax is set up by hand.
        classes: Ids of classes by their name.
        locations: Ids of locations by their name.
        sales_fields: The labels of custom fields of sales in use, by definition id.
        purchase_fields: The same of purchase orders.
        unread: What of its lists nobody can read, as sentences, by the name of the list.
    """

    model_config = ConfigDict(frozen=True)

    realm_id: str
    name: str
    country: str
    read_at: str
    edition: MaybeText = None
    time_zone: MaybeText = None
    custom_numbers: bool
    custom_purchase_numbers: bool = False
    uses_sales_tax: bool
    taxes_by_hand: bool = False
    sales_tax_ready: bool = True
    tax_code: MaybeText = None
    tracks_quantity: bool = False
    allows_discount: bool = True
    multicurrency: bool = False
    class_tracking: ClassTracking = None
    tracks_locations: bool = False
    allows_service_date: bool = False
    closed_until: MaybeText = None
    accounts: tuple[Account, ...] = ()
    payment_methods: Mapping[str, str] = {}
    terms: Mapping[str, str] = {}
    tax_codes: Mapping[str, str] = {}
    classes: Mapping[str, str] = {}
    locations: Mapping[str, str] = {}
    sales_fields: Mapping[str, str] = {}
    purchase_fields: Mapping[str, str] = {}
    unread: Mapping[str, tuple[str, ...]] = {}

    @property
    def has_purchase_orders(self) -> bool:
        """Whether its plan has purchase orders; of a plan nobody knows it is assumed (6.13)."""
        edition = (self.edition or "").casefold()
        return not any(plan in edition for plan in PLANS_WITHOUT_ORDERS)


def company_from(
    *,
    realm_id: str,
    info: Json,
    preferences: Json,
    lists: Mapping[str, Sequence[Json]],
    read_at: str,
) -> Company:
    """Build the reference data from QuickBooks' own records (reference sections 6.16, 6.17)."""
    sales = preferences.get("SalesFormsPrefs", {})
    purchases = preferences.get("VendorAndPurchasesPrefs", {})
    others = _named_values(preferences.get("OtherPrefs", {}))
    products = preferences.get("ProductAndServicesPrefs", {})
    taxes = preferences.get("TaxPrefs", {})
    books = preferences.get("AccountingInfoPrefs", {})
    return Company(
        realm_id=realm_id,
        name=info.get("CompanyName", ""),
        country=info.get("Country", ""),
        read_at=read_at,
        edition=_named_values(info).get("OfferingSku"),
        time_zone=info.get("DefaultTimeZone"),
        custom_numbers=bool(sales.get("CustomTxnNumbers")),
        custom_purchase_numbers=others.get("VendorAndPurchasesPrefs.UseCustomTxnNumbers") == "true",
        uses_sales_tax=bool(taxes.get("UsingSalesTax")),
        taxes_by_hand=taxes_by_hand(preferences),
        sales_tax_ready=bool(taxes.get("PartnerTaxEnabled", True)),
        tax_code=(taxes.get("TaxGroupCodeRef") or {}).get("value"),
        tracks_quantity=bool(products.get("QuantityOnHand")),
        allows_discount=bool(sales.get("AllowDiscount", True)),
        multicurrency=bool(preferences.get("CurrencyPrefs", {}).get("MultiCurrencyEnabled")),
        closed_until=books.get("BookCloseDate"),
        class_tracking=_class_tracking(books),
        tracks_locations=bool(books.get("TrackDepartments")),
        allows_service_date=bool(sales.get("AllowServiceDate")),
        accounts=tuple(_account(account) for account in lists["Account"]),
        payment_methods={method["Name"]: method["Id"] for method in lists["PaymentMethod"]},
        terms={term["Name"]: term["Id"] for term in lists["Term"]},
        tax_codes={
            code["Name"]: code["Id"] for code in lists.get("TaxCode", ()) if code.get("TaxGroup")
        },
        classes=_by_full_name(lists.get("Class", ())),
        locations=_by_full_name(lists.get("Department", ())),
        sales_fields=_custom_fields(sales.get("CustomField", ()), "Sales"),
        purchase_fields=_custom_fields(purchases.get("POCustomField", ()), "Purchase"),
    )


def taxes_by_hand(preferences: Json) -> bool:
    """Tell whether a company sets its sales tax up by hand: no automatic one (reference 6.7)."""
    taxes = preferences.get("TaxPrefs", {})
    return bool(taxes.get("UsingSalesTax")) and "PartnerTaxEnabled" not in taxes


def further_lists(preferences: Json) -> tuple[str, ...]:
    """Name the lists to read besides accounts, methods and terms: those that a company uses."""
    books = preferences.get("AccountingInfoPrefs", {})
    used = {
        "TaxCode": taxes_by_hand(preferences),
        "Class": bool(_class_tracking(books)),
        "Department": bool(books.get("TrackDepartments")),
    }
    return tuple(name for name, in_quickbooks in used.items() if in_quickbooks)


def _class_tracking(books: Json) -> Literal["document", "line"] | None:
    """Tell where a company keeps classes; never in both places (reference 6.6)."""
    if books.get("ClassTrackingPerTxnLine"):
        return "line"
    return "document" if books.get("ClassTrackingPerTxn") else None


def _by_full_name(rows: Sequence[Json]) -> dict[str, str]:
    return {row.get("FullyQualifiedName") or row["Name"]: row["Id"] for row in rows}


def _account(account: Json) -> Account:
    return Account(
        id=account["Id"],
        name=account.get("FullyQualifiedName") or account["Name"],
        type=account["AccountType"],
        subtype=account.get("AccountSubType"),
    )


def _named_values(holder: Json) -> dict[str, str]:
    return {one["Name"]: str(one.get("Value", "")) for one in holder.get("NameValue", ())}


def _custom_fields(groups: Sequence[Json], kind: str) -> dict[str, str]:
    """Return the labels of custom fields that are in use (reference 6.16: UseSalesCustomN ...)."""
    values: Body = {}
    for group in groups:
        for one in group.get("CustomField", ()):
            short = str(one.get("Name", "")).rsplit(".", 1)[-1]
            values[short] = one.get("BooleanValue", one.get("StringValue"))
    return {
        number: str(values.get(f"{kind}CustomName{number}") or f"Custom field {number}")
        for number in ("1", "2", "3")
        if str(values.get(f"Use{kind}Custom{number}")).lower() == "true"
    }
