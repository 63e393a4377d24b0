"""Finishing a run: one report per flow, stored and said once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connector.entities.catalogue import PUSHES
from connector.observability import logger
from connector.store import runs


def finish_run(connection_id: str, run_id: str, failures: list[str]) -> dict[str, Any]:
    """Count the outcomes of each flow, store them on the run, log one line and return them."""
    reports = {flow.name: _counts(connection_id, run_id, flow.name) for flow in PUSHES}
    runs.finish(connection_id, run_id, reports=reports, failures=failures, now=datetime.now(UTC))
    logger.info(
        "run finished",
        connection_id=connection_id,
        run_id=run_id,
        reports=reports,
        failures=len(failures),
    )
    return {"run_id": run_id, "reports": reports, "failures": failures}


def _counts(connection_id: str, run_id: str, flow: str) -> Mapping[str, int]:
    counted = runs.counts(connection_id, run_id, flow)
    return {outcome.value: count for outcome, count in counted.items()}
