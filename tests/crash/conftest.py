import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.model.company import Company
from connector.store.table import Item
from local.children import Child, bare_environment
from local.emulator import Emulator
from tests.crash.nursery import Nursery, start
from tests.crash.remote import CLIENT, REALM, Setup
from tests.crash.tally import Tally, summary
from tests.crash.trial import Trial, company_of
from tests.crash.worker import FLOWS

type Begin = Callable[..., Trial]


@pytest.fixture(scope="session")
def setup(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    log = tmp_path_factory.mktemp("crash") / "quickbooks.log"
    command = [sys.executable, "-m", "simulators.quickbooks", "--port", "0", "--realm", REALM]
    command += ["--client-id", CLIENT[0], "--client-secret", CLIENT[1], "--switch", "limits=false"]
    with Child("QuickBooks", command, log=log, environment=bare_environment()) as child:
        url = child.wait_for_line(r"QuickBooks simulator: (http://\S+)")
        setup = Setup("crash", emulator.endpoint, url)
        setup.open_table()
        Item.create_table(billing_mode="PAY_PER_REQUEST")
        yield setup


@pytest.fixture(scope="session")
def nursery(setup: Setup) -> Iterator[Nursery]:
    made, process = start(setup)
    yield made
    made.asked.close()
    process.join(10)


@pytest.fixture(scope="session")
def company(setup: Setup) -> Company:
    setup.open_table()  # other tests may have opened theirs since
    return company_of(setup)


@pytest.fixture
def begin(setup: Setup, nursery: Nursery, company: Company) -> Begin:
    """Begin a case of one flow in an empty company."""
    setup.open_table()

    def trial(flow: str, **told: Any) -> Trial:
        return Trial(setup, nursery, FLOWS[flow], company, **told)

    return trial


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Tally:
    return Tally(record_property)


@pytest.fixture(scope="session", autouse=True)
def _importable() -> None:
    root = Path(__file__).parents[2]
    for place in (str(root), str(root / "layers" / "connector")):
        if place not in sys.path:
            sys.path.insert(0, place)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the cases counted, from the reports of all processes."""
    told = [
        (name, value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
    ]
    for line in summary(told):
        terminalreporter.write_line(line)
