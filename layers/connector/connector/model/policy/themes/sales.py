"""Settings of sales: when documents are posted, and what is sent with them."""

from pydantic import Field, ValidationInfo, field_validator

from connector.model.policy.choices import (
    OF_NOTHING,
    SPELLING,
    Choice,
    CustomFields,
    ListedOrders,
    Numbers,
    Tracking,
    chosen_or_default,
    setting,
)
from connector.model.policy.posting_words import INVOICE_WORDS, QUOTE_WORDS
from connector.model.totals import OnOtherTotal


class SalesSettings(Choice):
    """Invoices, quotes and sales orders."""

    invoice_statuses: tuple[str, ...] = setting(
        INVOICE_WORDS.good,
        "Invoice statuses to push",
        description=f"An invoice is posted when it has one of them. {OF_NOTHING} {SPELLING}",
        when="Your company uses its own status for finished invoices.",
    )
    quote_statuses: tuple[str, ...] = setting(
        QUOTE_WORDS.good,
        "Quote statuses to push",
        description=f"A quote becomes an estimate when it has one of them. {SPELLING}",
        when="Quotes should be in QuickBooks before, or only after, the customer accepts.",
    )
    sales_order_statuses: tuple[str, ...] = setting(
        (),
        "Additional sales order statuses that mean checked out",
        description=f"In addition to MobiWork's own, which are always recognized. {SPELLING}",
        when="Your company uses its own status for checked-out sales orders.",
    )
    orders_among_invoices: ListedOrders = setting(
        "ask",
        "Sales orders that MobiWork lists among its invoices, too",
        description="If an invoice and a checked-out sales order of the same customer have the "
        "same total within a month: ask about each pair; treat them as one sale, where "
        "the second record is left out and its money applied to the first; or treat "
        "them as two sales and post both.",
        when="MobiWork lists every checked-out order among its invoices, or never does.",
    )
    open_sales_orders: bool = setting(
        True,
        "Push open sales orders as estimates",
        when="Switch it off if an order should reach QuickBooks only once it is an invoice.",
    )
    use_approved_date: bool = setting(
        False,
        "Use Approved Date instead of Estimate Date",
        when="Estimates should have the date on which the customer approved them.",
    )
    repush_invoices: bool = setting(
        False,
        "Push a changed invoice again",
        description="Possible until the invoice has a payment, a deposit or a closed period.",
        when="Invoices still change in MobiWork after they are posted.",
    )
    send_tax: bool = setting(
        True,
        "Send MobiWork's sales tax",
        description="Ask QuickBooks to use MobiWork's sales tax instead of calculating its own.",
        when="Switch it off if QuickBooks knows the rates better than MobiWork.",
    )
    sales_numbers: Numbers = setting(
        "MobiWork's number",
        "Numbers of invoices, estimates and sales orders",
        description="MobiWork's number requires custom transaction numbers in QuickBooks; if they "
        "are off, it goes in the memo. QuickBooks' own number requires that they are "
        "off.",
        when="QuickBooks should continue its own sequence.",
    )
    sales_number_prefix: str = Field(
        default="",
        max_length=8,
        title="Prefix of MobiWork's numbers",
        description="At most 8 characters. QuickBooks allows 21 in total; longer numbers are cut.",
        json_schema_extra={
            "when": "MobiWork numbers would clash with those already in QuickBooks."
        },
    )
    sales_tax_code: str = setting(
        "",
        "Sales tax code",
        description="Only if sales tax is set up manually in QuickBooks, with several rates.",
        when="Sales tax is set up manually in QuickBooks, with several rates.",
    )
    online_card_payment: bool = setting(
        False,
        "Allow online card payment",
        when="Customers pay invoices through QuickBooks Payments by card.",
    )
    online_bank_payment: bool = setting(
        False,
        "Allow online bank payment",
        when="Customers pay invoices through QuickBooks Payments from their bank.",
    )
    shipping_product: str = setting(
        "",
        "Product used for shipping",
        description="The MobiWork ID of a service. Needed for documents with shipping.",
        when="Documents in MobiWork charge shipping.",
    )
    markup_product: str = setting(
        "",
        "Product used for markups after tax",
        description="The MobiWork ID of a service. Needed for documents with a markup after tax.",
        when="Documents in MobiWork have a markup after tax.",
    )
    on_other_total: OnOtherTotal = setting(
        "stop and ask",
        "When QuickBooks calculates a different total",
        description="Stop and ask: once three documents of a kind differ for the same reason, the "
        "rest wait. Add a rounding line: it absorbs the cents. Post and list: all are "
        "posted, and each difference goes on the worklist.",
        when="Totals keep differing by cents, and you know why.",
    )
    rounding_product: str = setting(
        "",
        "Product used for rounding",
        description="The MobiWork ID of a service. Needed to add a rounding line.",
        when="You want a rounding line to absorb differences of a few cents.",
    )
    class_of_sales: Tracking = setting(
        Tracking(),
        "Class for sales",
        description="On the document or on its lines, as class tracking is set up in QuickBooks.",
        when="You report sales by class, such as line of business.",
    )
    location_of_sales: Tracking = setting(
        Tracking(),
        "Location for sales",
        when="You report sales by location, such as branch.",
    )
    send_service_dates: bool = setting(
        False,
        "Send the service date",
        description="On each line, if QuickBooks shows it.",
        when="Invoices should show when the work was done.",
    )
    invoice_custom_fields: CustomFields = setting(
        (),
        "Custom fields of invoices",
        when="Invoices should show up to three MobiWork fields, such as the work order number.",
    )
    quote_custom_fields: CustomFields = setting(
        (),
        "Custom fields of quotes",
        when="Estimates should show up to three MobiWork fields.",
    )
    sales_order_custom_fields: CustomFields = setting(
        (),
        "Custom fields of sales orders",
        when="Documents made from sales orders should show up to three MobiWork fields.",
    )
    comments_as_message: bool = setting(
        False,
        "Show MobiWork's comments to customers and vendors",
        description="As the message on invoices, estimates and purchase orders. When off, "
        "comments stay in MobiWork.",
        when="Comments are written for customers and vendors, not for internal use.",
    )

    @field_validator("invoice_statuses")
    @classmethod
    def _default_of_no_invoice_status(
        cls, chosen: tuple[str, ...], about: ValidationInfo
    ) -> tuple[str, ...]:
        return chosen_or_default(cls, chosen, about)
