"""What somebody in the office does in MobiWork's own screens, by the name of the deed."""

from collections.abc import Callable

from simulators.mobiwork.account import Account
from simulators.mobiwork.model import Record
from simulators.mobiwork.person import documents, masses, money, settings
from simulators.mobiwork.person.asked import Given

type Deed = Callable[[Account, Given], Record]

DEEDS: dict[str, Deed] = {
    deed.__name__: deed
    for deed in (
        documents.save_draft,
        documents.issue_invoice,
        documents.combine_invoices,
        documents.redo_invoice,
        documents.set_status,
        documents.set_place_of_work,
        documents.set_custom_field,
        documents.exempt_customer,
        documents.check_out,
        documents.tax_order,
        documents.claim_expense,
        money.refund_payment,
        money.credit_invoice,
        money.write_off,
        money.bounce_payment,
        money.edit_payment,
        money.move_payment,
        money.remove_payment,
        money.apply_payment,
        settings.change_password,
        masses.spoil_text,
        masses.grow_field,
        masses.add_many,
        masses.delete_many,
    )
}


def act(account: Account, deed: str, given: Given) -> Record:
    """Do one thing; returns the record as it is afterwards.

    Raises:
        LookupError: There is no such deed or record.
        ValueError: It cannot be done so.
    """
    if deed not in DEEDS:
        raise LookupError(f"no such deed: {deed}; there are {', '.join(DEEDS)}")
    return DEEDS[deed](account, given)
