"""Clients of services of AWS, made by botocore: boto3 adds to a client nothing but imports."""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 6})
"""How a service of AWS is asked again that is throttled: six times, each time later."""


def client(service: str, region: str) -> Any:  # noqa: ANN401 - botocore makes its clients at run time
    """Return a client of a service; who makes one writes its name out (`local/lean_layer`)."""
    return _session().create_client(service, region_name=region, config=PATIENT)


@cache
def _session() -> Session:
    return get_session()
