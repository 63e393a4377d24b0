"""The nursery of a runtime: functions start as copies of a process that has imported them all.

AWS starts a function by importing it. Here some forty start at once, on a machine of a few cores:
that is what most of the first minute was spent on.
"""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from local.children import Child, bare_environment

ROOT = Path(__file__).parents[1]
PROCESS = Path(__file__).with_name("nursery_process.py")
CLIENT = Path(__file__).with_name("nursery_client.py")
CAN_FORK = sys.platform == "linux"
"""Where a process may go on after a fork: the libraries of macOS do not stand it."""


def nursery(
    address: Path, log: Path, *, package: str = "connector", keep_open: Sequence[int] = ()
) -> AbstractContextManager[Child | None]:
    """Start the nursery at an address, as far as there can be one here.

    Args:
        address: the path of its socket.
        log: where it tells that it is there, and what it could not import.
        package: what it imports, when the first script comes.
        keep_open: descriptors that it holds.
    """
    if not CAN_FORK:
        return nullcontext()
    return Child(
        "the nursery of functions",
        [sys.executable, "-P", str(PROCESS), str(address.absolute()), package],
        log=log,
        environment=bare_environment() | {"PYTHONPATH": str(ROOT / "layers" / "connector")},
        keep_open=keep_open,
    )
