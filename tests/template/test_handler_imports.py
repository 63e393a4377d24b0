"""What importing a handler loads, counted: time would be the machine's, and modules are not."""

import json
import sys
from functools import cache
from subprocess import run

import pytest

from tests.template.reading import ROOT

MOST = {
    "receive_quickbooks_change": 42,
    "start_runs": 38,
    "find_changes": 122,
    "push_invoices": 172,
    "serve_connections": 140,
    "serve_console": 68,
    "serve_worklist": 164,
}
"""So many modules of the connector at most."""
LOAD = """
import json, os, sys
from importlib import import_module
from importlib.util import _LazyModule

import botocore.session, pynamodb.models  # both are in every handler; the processes share them

for name in sys.argv[1:]:
    if not os.fork():
        import_module(f"functions.{name}.app")
        loaded = [one for one, module in sys.modules.items() if type(module) is not _LazyModule]
        print(json.dumps([name, loaded]), flush=True)
        os._exit(0)
    os.wait()
"""


@cache
def loaded_by() -> dict[str, set[str]]:
    """Return the modules that each handler loads, asked of one process for all of them."""
    path = {"PYTHONPATH": f"{ROOT}/layers/connector"}
    told = run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", LOAD, *MOST],
        cwd=ROOT,
        env=path,
        check=True,
        capture_output=True,
        text=True,
    )
    return {name: set(loaded) for name, loaded in map(json.loads, told.stdout.splitlines())}


@pytest.mark.parametrize("name", MOST)
def test_a_handler_loads_no_more_of_the_connector_than_it_uses(name: str) -> None:
    own = {one for one in loaded_by()[name] if one.startswith("connector.")}

    assert len(own) <= MOST[name], sorted(own)
    assert "boto3" not in loaded_by()[name]


def test_the_console_loads_no_page_and_no_keys_of_issuers_before_they_are_asked_for() -> None:
    unused = {"connector.console.pages.worklist", "connector.api.worklist.show", "jwt"}

    assert loaded_by()["serve_console"] & {*unused, "cryptography", "s3transfer"} == set()


@pytest.mark.parametrize("name", ["serve_connections", "serve_console", "serve_worklist"])
def test_what_answers_http_loads_nothing_of_powertools_for_other_services(name: str) -> None:
    other = {"event_handler.appsync", "utilities.data_classes.kafka_event"}
    other_modules = {f"aws_lambda_powertools.{one}" for one in other}

    assert loaded_by()[name] & {*other_modules, "asyncio"} == set()


@pytest.mark.parametrize("name", ["receive_quickbooks_change", "start_runs"])
def test_what_reads_no_record_loads_no_model_no_client_and_no_flow(name: str) -> None:
    heavy = {"pydantic.main", "requests", "cryptography", "jinja2", "connector.mobiwork.client"}
    flows = {"connector.engine.run", "connector.model.flows.push_flow", "connector.push.worker"}

    assert loaded_by()[name] & (heavy | flows) == set()


@pytest.mark.parametrize("name", ["push_invoices", "serve_worklist"])
def test_what_only_names_types_of_requests_does_not_load_it(name: str) -> None:
    assert loaded_by()[name] & {"requests", "connector.quickbooks.client"} == set()


def test_a_flow_loads_no_other_flow_of_its_direction() -> None:
    others = {f"connector.entities.{one}.push" for one in ("customers", "products", "payments")}

    assert loaded_by()["push_invoices"] & {*others, "connector.pull.worker"} == set()
    assert "connector.entities.sales.invoices" in loaded_by()["push_invoices"]
