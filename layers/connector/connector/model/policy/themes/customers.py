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
        when="Customers have another name format in QuickBooks, such as last name first.",
    )
    push_prospects: bool = setting(
        False,
        "Push prospects too",
        when="You write quotes for people who are not customers yet.",
    )
    push_sub_customers: bool = setting(
        False,
        "Push sub-customers",
        description="Each becomes a sub-customer of its parent; billing follows MobiWork.",
        when="Reports in QuickBooks should show each site or branch of a customer.",
    )
    exemption_reason: ExemptionReason = setting(
        "",
        "Exemption reason for tax-exempt customers",
        description="QuickBooks only saves a customer as tax-exempt with a reason. Sales to the "
        "customer are not taxed either way.",
        when="Tax-exempt customers should be marked as exempt in QuickBooks, all for the "
        "same reason.",
    )
    sub_customers_as: SubCustomersAs = setting(
        "sub-customer",
        "What QuickBooks' sub-customers become in MobiWork",
        description="Deeper levels go directly under the top customer. Those already in MobiWork "
        "stay as they are.",
        when="Sub-customers in QuickBooks are just additional addresses of one customer.",
    )
