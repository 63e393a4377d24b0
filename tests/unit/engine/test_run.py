from typing import Any

import pytest

from connector.engine.run import Run
from connector.errors import ConfigurationError
from tests.builders import CONNECTION, a_company, settings
from tests.fakes import FakeQuickBooks
from tests.memory.store import in_memory


def a_run(**changes: Any) -> Run:
    told: dict[str, Any] = {"connection_id": CONNECTION, "run_id": "r1"}
    return Run(**({"open_quickbooks": FakeQuickBooks} | told | changes))


@pytest.mark.parametrize(("seconds", "expected"), [(60.0, False), (59.9, True), (0.0, True)])
def test_a_worker_stops_a_minute_before_its_end(seconds: float, expected: bool) -> None:
    assert a_run(remaining=lambda: seconds).out_of_time() is expected


def test_the_marker_names_entity_record_and_connection() -> None:
    assert str(a_run().marker("invoice", "5501")) == "(MobiWork invoice 5501, ref. c1)"


def test_quickbooks_is_opened_once_and_only_when_it_is_used() -> None:
    opened: list[FakeQuickBooks] = []

    def open_quickbooks() -> FakeQuickBooks:
        opened.append(FakeQuickBooks())
        return opened[-1]

    run = a_run(open_quickbooks=open_quickbooks)
    before = len(opened)
    assert (before, run.quickbooks is run.quickbooks, len(opened)) == (0, True, 1)


def test_every_claim_is_another() -> None:
    run = a_run()
    assert run.new_claim() != run.new_claim()


def test_a_company_that_was_never_read_is_an_error_that_names_the_connection() -> None:
    with pytest.raises(ConfigurationError, match="company of c1 was never read"):
        _ = a_run(store=in_memory()).company


def test_a_run_knows_its_settings_and_its_company() -> None:
    store = in_memory()
    store.settings.save_settings(CONNECTION, settings(), saved_at="", saved_by="test")
    store.settings.save_company(CONNECTION, a_company())
    run = a_run(store=store)
    assert (run.settings, run.company) == (settings(), a_company())
