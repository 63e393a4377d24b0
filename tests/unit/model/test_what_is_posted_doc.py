import os
from pathlib import Path

from connector.model.policy.posting_words import (
    BAD,
    CASH,
    EARLY,
    KINDS,
    MONEY_KINDS,
    NEVER_CASH,
    NO_CASH,
    NO_CASH_WHOLE,
    PARTLY,
    RECEIPT,
    Kind,
)
from connector.model.policy.settings import title

PAGE = Path(__file__).parents[3] / "docs" / "what-is-posted.md"
HEAD = """# What is posted, what waits, what never

Made from the code: `UPDATE_DOCS=1 make test ARGS=tests/unit/model/test_what_is_posted_doc.py`.

Only what is known to be good is posted: what MobiWork documents as final, and what the company
chose in the [settings](settings.md). Texts are compared by meaning: case, blanks and punctuation do
not count. A bad word anywhere inside a text beats every good one; only the company's own choice of
that very text comes before it.

- **Posted**: the next run sends it.
- **Not yet**: left out, with its reason and its amount in the report of the run; it is posted when
  its status changes.
- **Never**: left out in the same way. If it is in QuickBooks already, it is an entry of the
  worklist and stays there as it is.
- **Asked**: any other text, and none at all. The records wait, and the worklist has one entry for
  each text, with how many records and how much money it holds back and which setting decides it.

After a record was posted, another amount, customer, vendor, date, due date, sales tax, payment type
or method, expense category or invoice in MobiWork is an entry of the worklist with both figures;
QuickBooks stays as it was posted. What such a record says by now, where nobody decided on it, is
asked about as well.

A document has the day on which the thing happened, in the company's time zone: a receipt or a
check-out without a day has the one on which it was first seen. A document of a later day waits for
that day.
"""


def words(texts: tuple[str, ...]) -> str:
    return ", ".join(texts) or "-"


def row(kind: Kind) -> str:
    posted = words((*kind.documented, *kind.good))
    setting = f"{title(kind.setting)} (`{kind.setting}`)"
    early, bad = words(kind.early), words(kind.bad)
    return f"| {kind.name} | {posted} | {setting} | {early}: {kind.meant} | {bad}: {kind.dropped} |"


def unless(kind: Kind) -> str:
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
            "A receipt is the purchase order as it is billed.",
            "",
            *table,
            "",
            f"Not yet, too, with one of these anywhere inside: {words(EARLY)}. Where one of the",
            "following stands beside it, it may be said of a finished record, and is asked about:",
            "",
            *[unless(kind) for kind in KINDS if kind.unless],
            "",
            f"Never, too, with one of these anywhere inside: {words(BAD)}.",
            f"With one of {words(PARTLY)} beside it (of a receipt also",
            f"{words(RECEIPT.in_part[len(PARTLY) :])}) the rest of the record may count, and it is",
            "asked about.",
            "",
            "## Payments: money received or not",
            "",
            f"A payment is money received by its type ({words(MONEY_KINDS)})",
            f"and, where MobiWork tells it, by its method: {words(CASH)},",
            "a payment method that QuickBooks has, or one that the settings",
            f'"{title("payment_methods")}" or "{title("deposit_accounts")}" name.',
            "",
            f"Never money received, with one of these inside: {words(NEVER_CASH)}.",
            "Nor with one of these, unless the settings name that very text:",
            f"{words(NO_CASH[len(NEVER_CASH) :])},",
            f"or with one of these as the whole: {words(NO_CASH_WHOLE)}.",
            f'They are asked about until "{title("payments_without_money")}"',
            "says what they stand for: ignored, a credit or a write-off.",
            "",
            "## Credits, write-offs and refunds",
            "",
            "What is of the type credit, write-off or refund, below zero, or chosen so above,",
            "is an entry of the worklist with amount, customer and document, until the settings",
            "say how it is booked:",
            "",
            f'- "{title("credit_product")}", "{title("write_off_product")}": a credit memo',
            "  without tax, and a payment of nothing that applies it to its invoice.",
            f'- "{title("refund_product")}", "{title("refund_account")}": a refund receipt.',
            "  A refund of money on account stays an entry.",
            "",
            "## Payments that QuickBooks does not take as they are",
            "",
            "- The same money is there already (amount, reference, day): an entry with its id.",
            "- The invoice owes less: an entry with both figures. Nothing is left as a credit",
            "  that MobiWork does not show.",
            "- The invoice was moved to another customer: it is paid under that one.",
            "- The invoice was voided or deleted: the payment waits.",
            "- It looks like one that was deleted in MobiWork and entered again, as a bounced",
            "  check is: it waits until the first one is void in QuickBooks.",
            "",
        ]
    )


def test_the_page_tells_what_the_code_does() -> None:
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(rendered())
    assert PAGE.read_text() == rendered()
