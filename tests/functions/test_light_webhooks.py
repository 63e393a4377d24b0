import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("aws_lambda_powertools.event_handler.api_gateway", "connector.lambdas.http")


@pytest.mark.parametrize("folder", ["receive_mobiwork_change", "receive_quickbooks_change"])
def test_a_webhook_starts_without_the_event_handler_of_peoples_routes(folder: str) -> None:
    asked = f"import sys, app; print([name for name in {HEAVY} if name in sys.modules])"
    path = f"{ROOT}/functions/{folder}:{ROOT}/layers/connector"
    done = subprocess.run(  # noqa: S603 - our own function
        [sys.executable, "-c", asked],
        env={"PYTHONPATH": path, "POWERTOOLS_SERVICE_NAME": "connector"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
