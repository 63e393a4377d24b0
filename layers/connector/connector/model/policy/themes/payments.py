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
        description=f"A payment is money received when it has one of them. {SPELLING}",
        when="Payments that were received have a status of their own.",
    )
    payment_methods: Mapping[str, str] = setting(
        {},
        "Payment method by MobiWork payment type",
        when="Payment methods are called otherwise in QuickBooks than in MobiWork.",
    )
    missing_payment_methods: MissingMethods = setting(
        "post without",
        "Payments whose method is missing in QuickBooks",
        description="Post without: posted with no method, and the report names it. Ask: held back "
        "until the method is in QuickBooks or chosen here. Create: made there once, under its name "
        "in MobiWork; one that is inactive there stays so.",
        when="Deposits are sorted by payment method, so that none may be missing.",
    )
    deposit_account: str = setting(
        "",
        "Deposit account",
        description="For payments whose type has no account of its own; leave empty to use "
        "QuickBooks' default, Undeposited Funds.",
        when="Money goes straight to a bank account instead of being deposited by hand.",
    )
    deposit_accounts: Mapping[str, str] = setting(
        {},
        "Deposit account by MobiWork payment type",
        when="Money of some payment types, such as cards, arrives on another account.",
    )
    payments_on_account: bool = setting(
        False,
        "Push payments on account",
        description="A payment that is not applied to an invoice becomes a credit on the "
        "customer's account.",
        when="Customers pay in advance or more than they owe.",
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
        description="MobiWork id of a service; each credit becomes a credit memo applied to its "
        "invoice. If empty, each goes on the worklist.",
        when="Credits of MobiWork should be booked instead of told.",
    )
    write_off_product: str = setting(
        "",
        "Product used for write-offs",
        description="MobiWork id of a service that posts to bad debt in QuickBooks; as for "
        "credits.",
        when="Write-offs of MobiWork should be booked instead of told.",
    )
    refund_product: str = setting(
        "",
        "Product used for refunds",
        description="MobiWork id of a service; each refund becomes a refund receipt, one of "
        "money on account a check or expense to the customer. If empty, "
        "each goes on the worklist.",
        when="Refunds of MobiWork should be booked instead of told.",
    )
    refund_account: str = setting(
        "",
        "Account refunds are paid from",
        when="A product is chosen for refunds.",
    )
    invoice_balances: InvoiceBalances = setting(
        "tell, many at once",
        "Balances that MobiWork's payments do not explain",
        description="Whether the balance of each posted invoice in MobiWork is compared with its "
        "payments, credits and refunds there; nothing is posted of it. Many at once: one entry "
        "where that is so of ten invoices or more.",
        when="MobiWork's balances mean something else, or each difference is to be seen to.",
    )
    show_payments: bool = setting(
        False,
        "Show payments made in QuickBooks in MobiWork",
        description="Only payments of invoices that came from MobiWork; none is ever deleted.",
        when="The office enters payments in QuickBooks and technicians should see what is paid.",
    )

    @property
    def posts_credits(self) -> bool:
        """Whether anything is posted of credits, write-offs and refunds."""
        return bool(self.credit_product or self.write_off_product or self.refund_product)
