"""Settings of payments: which are money received, where it goes, and credits and refunds."""

from collections.abc import Mapping

from connector.model.policy.choices import (
    SPELLING,
    Choice,
    InvoiceBalances,
    MissingMethods,
    NoMoney,
    setting,
)
from connector.model.policy.posting_words import PAYMENT_WORDS


class PaymentSettings(Choice):
    """Payments, credits and refunds."""

    payment_statuses: tuple[str, ...] = setting(
        PAYMENT_WORDS.good,
        "Payment statuses to push",
        description=f"A payment counts as money received when it has one of them. {SPELLING}",
        when="Your company uses its own status for received payments.",
    )
    payment_methods: Mapping[str, str] = setting(
        {},
        "Payment method by MobiWork payment type",
        when="Payment methods have other names in QuickBooks than in MobiWork.",
    )
    missing_payment_methods: MissingMethods = setting(
        "post without",
        "Payments whose method is missing in QuickBooks",
        description="Post without: the payment is posted without a method, and the report names "
        "it. Ask: it waits until the method is in QuickBooks or chosen here. Create: "
        "the method is created there once, under its MobiWork name; one that is "
        "inactive there stays inactive.",
        when="You sort deposits by payment method, so every payment needs one.",
    )
    deposit_account: str = setting(
        "",
        "Deposit account",
        description="For payments whose type has no account of its own; leave empty to use "
        "QuickBooks' default, Undeposited Funds.",
        when="Money goes straight to a bank account instead of being deposited manually.",
    )
    deposit_accounts: Mapping[str, str] = setting(
        {},
        "Deposit account by MobiWork payment type",
        when="Money from some payment types, such as cards, arrives in another account.",
    )
    payments_on_account: bool = setting(
        False,
        "Push payments on account",
        description="A payment that is not applied to an invoice becomes a credit on the "
        "customer's account.",
        when="Customers pay in advance or overpay.",
    )
    payments_without_money: Mapping[str, NoMoney] = setting(
        {},
        "Payments that are not money received",
        description="By MobiWork payment type or method, such as Write-off: how they are handled.",
        when="Store credit, write-offs or discounts are entered as payments in MobiWork.",
    )
    credit_product: str = setting(
        "",
        "Product used for credits",
        description="The MobiWork ID of a service. Each credit becomes a credit memo applied to "
        "its invoice. If empty, each goes on the worklist.",
        when="MobiWork credits should be posted instead of going on the worklist.",
    )
    write_off_product: str = setting(
        "",
        "Product used for write-offs",
        description="The MobiWork ID of a service that posts to bad debt in QuickBooks. Works as "
        "for credits.",
        when="MobiWork write-offs should be posted instead of going on the worklist.",
    )
    refund_product: str = setting(
        "",
        "Product used for refunds",
        description="The MobiWork ID of a service. Each refund becomes a refund receipt; a refund "
        "of money on account becomes a check or expense to the customer. If empty, "
        "each goes on the worklist.",
        when="MobiWork refunds should be posted instead of going on the worklist.",
    )
    refund_account: str = setting(
        "",
        "Account refunds are paid from",
        when="A product is chosen for refunds.",
    )
    invoice_balances: InvoiceBalances = setting(
        "tell, many at once",
        "Balances that MobiWork payments do not explain",
        description="Whether the MobiWork balance of each posted invoice is compared with its "
        "payments, credits, and refunds there. Nothing is posted either way. Many at "
        "once: one entry if ten or more invoices differ.",
        when="Balances in MobiWork mean something else, or you want to see each difference.",
    )
    show_payments: bool = setting(
        False,
        "Show payments made in QuickBooks in MobiWork",
        description="Only payments for invoices that came from MobiWork. None is ever deleted.",
        when="The office enters payments in QuickBooks, and technicians should see what is paid.",
    )

    @property
    def posts_credits(self) -> bool:
        """Whether anything is posted of credits, write-offs and refunds."""
        return bool(self.credit_product or self.write_off_product or self.refund_product)
