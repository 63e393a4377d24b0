"""What is kept of a connection that was compared and looked at is erased with it, all of it."""

import pytest

from connector.changes.documents import shown
from connector.changes.lists import whole_lists
from connector.engine.stores import DYNAMODB
from connector.entities.typed.beside import TYPED_BESIDE
from connector.jobs.closing import names_kept
from connector.quickbooks.responses import ChangeData
from connector.store.life.erasing import Erasing
from connector.store.table import Item
from tests.builders import CONNECTION
from tests.generated_company import generate
from tests.memory.store import ALWAYS_LIVE
from tests.unit.changes.looked import NOW, looking

PARTY = {"value": "1", "name": "Ann"}
LINES = {
    "Deposit": [{"Id": "1", "Amount": 5, "DepositLineDetail": {"Entity": PARTY}}],
    "JournalEntry": [{"Id": "1", "Amount": 5, "JournalEntryLineDetail": {"PostingType": "Debit"}}],
}


def left() -> set[str]:
    return {row.pk for row in Item.scan()}


@pytest.mark.usefixtures("table")
def test_a_connection_that_was_compared_and_told_of_all_kinds_leaves_no_row() -> None:
    looking(generate(customers=40, invoices=20, payments=15, others=3), store=ALWAYS_LIVE).look()
    typed = {"Id": "900", "TotalAmt": 5, "TxnDate": "2026-11-20", "CustomerRef": PARTY}
    told = {kind: [typed | {"Line": LINES.get(kind, [])}] for kind in TYPED_BESIDE}
    changes = ChangeData(records=told, deleted={}, time=NOW, truncated=False)
    shown.note(CONNECTION, changes, DYNAMODB)
    whole_lists.told_before(CONNECTION, "push_vendors", {"9"}, DYNAMODB)
    kept = {pk.removeprefix(f"{CONNECTION}#") for pk in left()}
    assert {"typed#Invoice", "typed-places#Deposit", "match#Invoice"} <= kept
    erasing = Erasing(CONNECTION, names_kept(), plans=lambda _: True, stop=lambda: False)
    assert erasing.carry_out()
    assert left() == set()
