"""The API's own description, and the requests that are made from it to fuzz the API."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

SEED = int(os.environ.get("FUZZ_SEED", "14"))
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
DOCS = Path(__file__).parents[1] / "docs"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
LAST = "close_connection"

type AnyCase = schemathesis.Case[Any]


def description() -> dict[str, Any]:
    """Return the checked-in description, with that of the settings in it."""
    told: dict[str, Any] = json.loads((DOCS / "openapi.json").read_text())
    kept = json.loads((DOCS / "settings.schema.json").read_text())
    schemas = told["components"]["schemas"]
    inner = kept.pop("$defs", {})
    text = json.dumps({"Settings": kept, **inner})
    schemas |= json.loads(text.replace("#/$defs/", "#/components/schemas/"))
    return told


OPERATIONS = {
    one.ok().definition.raw["operationId"]: one.ok()
    for one in schemathesis.openapi.from_dict(description()).get_all_operations()
    if isinstance(one, Ok)
}
NAMES = sorted(OPERATIONS, key=lambda one: (one == LAST, one))
"""Of the operations; the last one leaves nothing to ask the others about."""


def fuzz(name: str, known: dict[str, str], send: Callable[[AnyCase], Any]) -> None:
    """Send requests of one operation, fitting and not, and hold each answer to the description.

    Three of four are about what there is, by the names of parts of their paths: `known`.
    """
    operation = OPERATIONS[name]
    modes = [operation.as_strategy(generation_mode=one) for one in GenerationMode]

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(modes), fits=st.sampled_from((True, True, True, False)))
    def ask(case: AnyCase, fits: bool) -> None:
        if fits and case.path_parameters:
            case.path_parameters |= {
                own: one for own, one in known.items() if own in case.path_parameters
            }
        case.validate_response(send(case), checks=CHECKS)

    ask()
