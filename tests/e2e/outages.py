"""Outages of either side, as its simulator scripts them: errors, time-outs, dropped answers."""

from collections.abc import Mapping
from random import Random
from typing import Any

from tests.e2e.both_sides import Sides

CUT_OFF_SECONDS = 0.5
NO_QUERY = "^(?!query|cdc)"
WRITES_HERE = ("customer.add", "customer.edit", "product.add", "product.edit", "vendor.add")

type Script = Mapping[str, Any]


def quickbooks_goes_out(sides: Sides, chance: Random) -> None:
    """Let QuickBooks fail for a while: what it was sent takes effect, or does not."""
    sides.quickbooks_admin("switches", {"longest_request": CUT_OFF_SECONDS})
    kinds: tuple[Script, ...] = (
        {"kind": "error_before", "status": 500, "times": chance.randint(1, 4)},
        {"kind": "error_after", "status": 500, "method": "POST", "path": NO_QUERY},
        {"kind": "timeout_before", "method": "POST", "path": NO_QUERY},
        {"kind": "timeout_after", "method": "POST", "path": NO_QUERY},
        {"kind": "drop_before", "method": "POST", "path": NO_QUERY, "times": 2},
        {"kind": "drop_after", "method": "POST", "path": NO_QUERY, "times": chance.randint(1, 2)},
        {"kind": "html_before", "path": "^cdc"},
    )
    chosen = [{**one, "skip": chance.randrange(4)} for one in chance.sample(kinds, 3)]
    sides.quickbooks_admin("faults", chosen)


def mobiwork_goes_out(sides: Sides, chance: Random) -> None:
    """Let MobiWork fail for a while: what it was sent takes effect, or does not."""
    kinds: tuple[Script, ...] = (
        {"kind": "status", "status": 503, "after": False, "times": chance.randint(1, 6)},
        {"kind": "drop", "after": False, "times": chance.randint(1, 4)},
        {"kind": "drop", "endpoint": chance.choice(WRITES_HERE)},
        {"kind": "empty", "endpoint": chance.choice(WRITES_HERE)},
        {"kind": "truncated_xml", "endpoint": chance.choice(WRITES_HERE), "times": 2},
        {"kind": "truncated_xml", "endpoint": "invoice.list"},
    )
    for one in chance.sample(kinds, 3):
        anywhere = "endpoint" not in one
        sides.mobiwork_admin("faults", {**one, "skip": chance.randrange(8) if anywhere else 0})


OUTAGES = {"QuickBooks is down": quickbooks_goes_out, "MobiWork is down": mobiwork_goes_out}
