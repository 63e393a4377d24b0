"""The general ledger: balanced postings of every document and the balances they add up to."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from simulators.quickbooks.wire import ZERO


class Posting(NamedTuple):
    """One side of a document: a debit is positive; `name` is set on receivables and payables."""

    account: str
    amount: Decimal
    name: str = ""


class Ledger:
    """Postings by document key, with the sums that balances are read from."""

    def __init__(self) -> None:
        self.entries: dict[str, list[Posting]] = {}
        self.accounts: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
        self.names: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)

    def replace(self, key: str, postings: Iterable[Posting]) -> tuple[set[str], set[str]]:
        """Replace what a document posts; return the accounts and names whose balance moved."""
        new = [posting for posting in postings if posting.amount]
        if not new and key not in self.entries:
            return set(), set()
        accounts: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
        names: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
        for sign, rows in ((-1, self.entries.pop(key, [])), (1, new)):
            for account, amount, name in rows:
                accounts[account] += sign * amount
                if name:
                    names[name] += sign * amount
        if new:
            self.entries[key] = new
        for account, change in accounts.items():
            self.accounts[account] += change
        for name, change in names.items():
            self.names[name] += change
        return {a for a, c in accounts.items() if c}, {n for n, c in names.items() if c}

    def trial_balance(self) -> Decimal:
        """Return the sum of all debits less all credits: zero when the books are right."""
        rows = (p.amount for postings in self.entries.values() for p in postings)
        return sum(rows, ZERO)

    def move_account(self, loser: str, survivor: str) -> None:
        """Post everything of a merged account to the account that is left."""
        for key, rows in list(self.entries.items()):
            if any(row.account == loser for row in rows):
                moved = [
                    row._replace(account=survivor) if row.account == loser else row for row in rows
                ]
                self.replace(key, moved)

    def move_name(self, loser: str, survivor: str) -> None:
        """Let a merged customer's or vendor's postings belong to the one that is left."""
        for key, rows in list(self.entries.items()):
            if any(row.name == loser for row in rows):
                moved = [row._replace(name=survivor) if row.name == loser else row for row in rows]
                self.replace(key, moved)
