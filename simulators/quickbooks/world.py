"""Everything that one simulator process holds: companies, tokens, limits, journal, trouble."""

import asyncio
from collections.abc import Coroutine
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from simulators.quickbooks import state
from simulators.quickbooks.clock import Clock
from simulators.quickbooks.company import Company
from simulators.quickbooks.journal import Journal
from simulators.quickbooks.limits import Limits, Meter
from simulators.quickbooks.oauth import Authority
from simulators.quickbooks.requestids import RequestIds
from simulators.quickbooks.seed import sample
from simulators.quickbooks.seed.company import open_company
from simulators.quickbooks.switches import Switches, change
from simulators.quickbooks.trouble import Troubles
from simulators.quickbooks.webhooks import Webhooks

REALM = "9130350000000001"
CLIENT_ID = "ABsimulatedClientIdOfQuickBooksOnline0000000000001"
CLIENT_SECRET = "simulatedClientSecretOfQuickBooks00000001"  # noqa: S105 - a documented default


@dataclass
class Settings:
    """How a simulator is started."""

    realms: tuple[str, ...] = (REALM,)
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    speed: float = 1.0
    sample: bool = False
    state: Path | None = None
    switches: Switches = field(default_factory=Switches)
    redirects: tuple[str, ...] = ()
    explicit: dict[str, str] = field(default_factory=dict)


class World:
    """The parts of a running simulator."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.switches = settings.switches
        self.clock = Clock(settings.speed)
        self.authority = Authority(
            settings.client_id, settings.client_secret, self.clock, self.switches
        )
        self.limits = Limits(self.clock, self.switches)
        self.meter = Meter(self.clock, self.switches)
        self.journal = Journal()
        self.troubles = Troubles()
        self.webhooks = Webhooks(self.clock, self.switches)
        self.tasks: set[asyncio.Task[Any]] = set()
        self._base = ""
        self.companies: dict[str, Company] = {}
        self.request_ids: dict[str, RequestIds] = {}
        for realm in settings.realms:
            self.open(realm)
        if settings.state is not None and settings.state.exists():
            self.load(settings.state)

    @property
    def base(self) -> str:
        """Return the address that links to files begin with."""
        return self._base

    @base.setter
    def base(self, address: str) -> None:
        self._base = address
        for company in self.companies.values():
            company.base = address

    def start[T](self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Let work go on by itself, whatever becomes of the request that began it."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def open(self, realm: str) -> Company:
        """Start a new company."""
        company = Company(realm, self.clock, self.switches)
        company.base = self._base
        place = [*self.settings.realms, realm].index(realm) + 1
        open_company(company, f"Sandbox Company_US_{place}")
        if self.settings.sample:
            sample.fill(company)
        self.webhooks.listen(company)
        self.companies[realm] = company
        self.request_ids[realm] = RequestIds()
        return company

    def reset(self) -> None:
        """Forget everything but the tokens: new companies, empty journal and counters."""
        for task in self.tasks:
            task.cancel()
        for realm in list(self.companies):
            self.open(realm)
        self.webhooks.deliveries.clear()
        self.journal.clear()
        self.troubles.scripts.clear()
        self.meter.calls.clear()
        self.meter.metered.clear()
        self.limits.requests.clear()
        self.limits.batches.clear()

    def save(self, path: Path) -> None:
        """Write everything that must outlive a restart, atomically."""
        state.write(path, self.dump())

    def dump(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        return {
            "companies": {realm: state.dump(c) for realm, c in self.companies.items()},
            "tokens": self.authority.dump(),
            "switches": asdict(self.switches),
            "request_ids": {realm: ids.dump() for realm, ids in self.request_ids.items()},
            "offset": self.clock.offset,
            "calls": dict(self.meter.calls),
            "metered": dict(self.meter.metered),
        }

    def load(self, path: Path) -> None:
        """Take back a saved state."""
        saved = state.read(path)
        for realm, company in saved["companies"].items():
            fresh = Company(realm, self.clock, self.switches)
            state.load(fresh, company)
            fresh.base = self._base
            self.webhooks.listen(fresh)
            self.companies[realm] = fresh
            self.request_ids.setdefault(realm, RequestIds())
        for realm, ids in saved["request_ids"].items():
            self.request_ids[realm].load(ids)
        change(self.switches, saved["switches"] | self.settings.explicit)
        self.authority.load(saved["tokens"])
        self.clock.offset = float(saved["offset"])
        for counter, name in ((self.meter.calls, "calls"), (self.meter.metered, "metered")):
            counter.update({key: int(number) for key, number in saved[name].items()})
