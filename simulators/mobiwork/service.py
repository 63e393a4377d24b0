"""The running simulator: an account, its journal and faults, and how it starts over."""

from collections.abc import Callable
from dataclasses import dataclass, field

from simulators.mobiwork import sample
from simulators.mobiwork.account import Account
from simulators.mobiwork.faults import Fault, Faults
from simulators.mobiwork.journal import Journal
from simulators.mobiwork.store import Store
from simulators.mobiwork.switches import Switches


def _nothing(_: Store) -> None:
    return None


@dataclass(slots=True)
class Service:
    """Everything that one server process holds; `fill` puts the first records in.

    `second` is another account beside it, which only the API knows: another company.
    """

    account: Account = field(default_factory=Account)
    second: Account | None = None
    faults: Faults = field(default_factory=Faults)
    journal: Journal = field(default_factory=Journal)
    first_switches: Switches = field(default_factory=Switches)
    fill: Callable[[Store], None] = _nothing
    first_password: str = field(init=False)

    def __post_init__(self) -> None:
        self.first_password = self.account.password

    def reset(self, *, empty: bool) -> None:
        """Start over: records, password, switches, tokens, faults and journal."""
        self.account.store = Store()
        self.account.replica = None
        self.account.password = self.first_password
        self.account.switches = self.first_switches
        self.account.tokens.expire_all()
        self.faults.forget()
        self.journal.entries.clear()
        if not empty:
            self.fill(self.account.store)

    def account_at(self, path: str) -> Account:
        """The account that an address of the API names; the first one, which refuses all others."""
        second = self.second
        return second if second and f"/rest/{second.client_id}/" in path else self.account

    def script(self, faults: list[Fault]) -> None:
        """Add faults to those still to come; what stale reads answer is kept from now on."""
        if any(fault.kind == "stale" for fault in faults):
            self.account.replica = self.account.store.copied()
        self.faults.waiting.extend(faults)

    def load_sample(self, *, seed: int, size: float, trouble: bool, native_links: bool) -> None:
        """Add a generated company to what is there."""
        store = self.account.store
        sample.fill(store, seed=seed, size=size, trouble=trouble, native_links=native_links)
