"""Settings of customers: their names, who is pushed, and what sub-customers become."""

from connector.model.policy.choices import (
    Choice,
    DisplayNameFormat,
    ExemptionReason,
    SubCustomersAs,
    setting,
)


class CustomerSettings(Choice):
    """Customers."""

    display_name_format: DisplayNameFormat = setting(
        "company else person",
        "Display Name format",
        when="Customers are named otherwise in QuickBooks, such as by last name first.",
    )
    push_prospects: bool = setting(
        False,
        "Push prospects too",
        when="Quotes are made for people who are not customers yet.",
    )
    push_sub_customers: bool = setting(
        False,
        "Push sub-customers",
        description="Each becomes a sub-customer of its parent; who is billed follows MobiWork.",
        when="Reports in QuickBooks should show each site or branch of a customer.",
    )
    exemption_reason: ExemptionReason = setting(
        "",
        "Exemption reason for tax-exempt customers",
        description="QuickBooks saves a customer as tax-exempt only with a reason; sales to it "
        "are not taxed either way.",
        when="Tax-exempt customers should show as such in QuickBooks, all for one reason.",
    )
    sub_customers_as: SubCustomersAs = setting(
        "sub-customer",
        "What QuickBooks' sub-customers become in MobiWork",
        description="Deeper levels go directly under the top customer. Those already in MobiWork "
        "keep the form they have there.",
        when="Sub-customers in QuickBooks are only further addresses of one customer.",
    )
