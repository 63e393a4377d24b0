import os
from pathlib import Path

from connector.model.policy.account_values import KINDS as KIND_OF
from connector.model.policy.posting_words import (
    BAD,
    CASH,
    EARLY,
    MONEY_KINDS,
    NEVER_CASH,
    NO_CASH,
    NO_CASH_WHOLE,
    PARTLY,
    RECEIPT_WORDS,
    KindWords,
)
from connector.model.policy.settings import title

KINDS = tuple(KIND_OF.values())
PAGE = Path(__file__).parents[3] / "docs" / "what-is-posted.md"
HEAD = """# What is posted, what waits, what never

Made from the code: `UPDATE_DOCS=1 make test ARGS=tests/unit/model/test_what_is_posted_doc.py`.

Only records in a final status are posted: the statuses that MobiWork documents as final, and those
the company chose in the [settings](settings.md). Case, spaces and punctuation are ignored,
except a question mark or a symbol: "Paid?" and "Paid \u274c" wait for a decision. A word such as
"void" anywhere in a status overrides every good word in it, unless the company chose that exact
status.

- **Posted**: the next run posts it.
- **Not yet**: left out, with its reason and amount in the run's report; it is posted when its
  status changes.
- **Never**: left out in the same way. If it is already in QuickBooks, it stays there unchanged and
  goes on the worklist.
- **Asked**: any other status, or none. The records wait, and the worklist has one entry for each
  status, with the number of records, the amount they hold back and the setting that decides.

If the amount, customer, vendor, date, due date, sales tax, payment type or method, expense category
or invoice of a posted record changes in MobiWork, or what of each product was sold or bought, at
whatever total, the change goes on the worklist with both values; QuickBooks stays as posted. If its
new status is one that no one has decided on, that is asked about as well.

If somebody changes the total, sales tax, date, customer or vendor of a posted document in
QuickBooks, or unapplies a payment there, that goes on the worklist with both values until it is as
it was posted again; so does a document that is voided or deleted there. A customer who was merged
there is no other one.

A payment, credit or expense of 0.00 is left out. The status of an estimate follows its quote (lost,
declined, expired, approved), unless the estimate was changed in QuickBooks after it was posted:
that goes on the worklist. Its invoice closes it.

A document is dated on the day it happened, in the company's time zone. A receipt or check-out
without a date gets the day it was first seen. A future-dated document waits until its date. What is
dated before the start date is left out with what belongs to it; money of before it that pays an
invoice of after it is asked about. Money since then for a document of before it that is not linked
is left out, too, and one cause of the worklist says how many and how much.

What QuickBooks makes otherwise than it was sent (total, tax, date, customer or vendor, lines) goes
on the worklist; among the first five documents of a kind it stops the others of the kind.
"""


def words(texts: tuple[str, ...]) -> str:
    return ", ".join(texts) or "-"


def row(kind: KindWords) -> str:
    posted = words((*kind.documented, *kind.good))
    setting = f"{title(kind.setting)} (`{kind.setting}`)"
    early, bad = words(kind.early), words(kind.bad)
    return f"| {kind.name} | {posted} | {setting} | {early}: {kind.meant} | {bad}: {kind.dropped} |"


def unless(kind: KindWords) -> str:
    return f"- {kind.name}: {words(kind.unless)}"


def rendered() -> str:
    table = [
        "| Record | Posted by default | Chosen in the setting | Not yet | Never |",
        "|---|---|---|---|---|",
        *map(row, KINDS),
    ]
    return "\n".join(
        [
            HEAD,
            "## By status",
            "",
            "A receipt is the received part of a purchase order, which is billed.",
            "",
            *table,
            "",
            f"Also not yet, with any of these inside the status: {words(EARLY)}. If one of the",
            "following is there too, the record could be finished, and it is asked about:",
            "",
            *[unless(kind) for kind in KINDS if kind.unless],
            "",
            f"Also never, with any of these inside the status: {words(BAD)}.",
            f"If one of {words(PARTLY)} is there too (for a receipt also",
            f"{words(RECEIPT_WORDS.in_part[len(PARTLY) :])}) the rest of the record can still",
            "count, so it is asked about.",
            "",
            "## Payments: money received or not",
            "",
            f"A payment is money received by its type ({words(MONEY_KINDS)})",
            f"and, where MobiWork tells it, by its method: {words(CASH)},",
            "a payment method that QuickBooks has, or one that the settings",
            f'"{title("payment_methods")}" or "{title("deposit_accounts")}" name; one that ends',
            "with the number of a check or card (Check #1044) is the one without it.",
            "",
            f"Never money received, with any of these inside: {words(NEVER_CASH)}.",
            "Nor with any of these, unless the settings name that exact text:",
            f"{words(NO_CASH[len(NEVER_CASH) :])},",
            f"or with one of these as the whole text: {words(NO_CASH_WHOLE)}.",
            f'They are asked about until "{title("payments_without_money")}"',
            "says what they stand for: ignored, a credit or a write-off.",
            "",
            "## Credits, write-offs and refunds",
            "",
            "A payment of type credit, write-off or refund, one below zero, or one so chosen above",
            "goes on the worklist with its amount, customer and document until the settings",
            "say how it is posted:",
            "",
            f'- "{title("credit_product")}", "{title("write_off_product")}": a credit memo',
            "  without tax, and a zero payment that applies it to its invoice.",
            f'- "{title("refund_product")}", "{title("refund_account")}": a refund receipt;',
            "  of money on account a check or expense to the customer on Accounts Receivable.",
            "",
            "More than was paid is not given back, nor more written off than the invoice is for,",
            "by one record or by several together; a refund on an invoice that does not count any",
            "more is asked about.",
            "",
            "## Payments that QuickBooks does not take as they are",
            "",
            "- The same money is there already (amount, reference, day): an entry with its id.",
            "- The invoice owes less: an entry with both figures. Nothing is left as a credit",
            "  that MobiWork does not show.",
            "- It is more than its invoice is for: it is posted, the rest is the customer's",
            "  credit, and an entry says so unless payments on account are posted.",
            "- The invoice was moved to another customer: it is paid under that one.",
            "- The invoice was voided or deleted: the payment waits.",
            "- It looks like one that was deleted in MobiWork and entered again, as a bounced",
            "  check is: it waits until the first one is void in QuickBooks. So does an invoice,",
            "  also one that several were put together in, or that was made anew from an old one.",
            "- Its invoice is paid there by one that does not count in MobiWork any more: it",
            "  waits in the same way, whatever its amount.",
            "- It is for a sales order that is still open: it waits until that is checked out.",
            "",
            "## Balances that MobiWork payments do not explain",
            "",
            "If MobiWork shows another balance of a posted invoice than its payments, credits and",
            "refunds there leave, such as a paid one without the record of a payment, an entry",
            "tells both figures after a day and ends by itself. Nothing is posted of it. Ten and",
            f'more are one entry, which "{title("invoice_balances")}"',
            "decides.",
            "",
            "## Sales orders and invoices that may be one sale",
            "",
            "An invoice and a checked-out sales order of one customer that come to the same within",
            "a month: the second is asked about, as MobiWork shows such orders among its invoices.",
            f'"{title("orders_among_invoices")}" decides for all.',
            "Money for the one that is left out goes to the document that stands.",
            "",
            "## Stock",
            "",
            f'Where "{title("handle_inventory")}" is on, a part opens with the quantity that',
            "MobiWork has today, plus what documents since the inventory start date sold that are",
            "not posted yet, less what they received; those that wait for a person count, too.",
            "A draft has sold nothing. If MobiWork takes parts off its stock for a draft, the",
            "opening quantity is too low by them: finish your drafts before the first run, or",
            "correct the quantity in QuickBooks once they are posted. From then on MobiWork shows",
            "QuickBooks' quantity, less what waits in the same way.",
            "",
            "## What somebody typed in QuickBooks",
            "",
            "A document that may be one typed in QuickBooks since the start waits, and you say in",
            "the list of matches whether they are the same: one of the same customer or vendor and",
            "amount within 5 days, whatever its number (without a payee it may be of any vendor),",
            "or of the same number within 31 days, whatever its amount. So is one of",
            "the same customer or vendor and amount within 31 days that is nobody else's: no match",
            "of another record, not nearer to a posted one, and not the next of those that recur.",
            "One that is typed after the same was posted is an entry with both; a payment only if",
            "it is not applied to an invoice.",
            "The entry goes when what was typed is void, deleted or changed so that it is not",
            "alike any more, and when it is linked to another record of MobiWork.",
            "So it is with what was typed as another kind: a payment as a line of a bank deposit",
            "(of the very amount, also without a name) or journal entry, an invoice as a sales",
            "receipt or journal entry, a bill as an expense or journal entry, an expense as a",
            "bill, bill payment or journal entry. What several come to is not seen before both",
            "sides are compared again (see [matching](matching.md)).",
            "",
        ]
    )


def test_the_page_tells_what_the_code_does() -> None:
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(rendered())
    assert PAGE.read_text() == rendered()
