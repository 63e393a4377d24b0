"""A process that has imported a package with all it needs, and forks itself for each script.

Started with the path of a socket and the name of the package. `nursery_client.py` asks it for a
process; that costs a fork instead of a thousand imports, which are most of a function's cold start.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import NoReturn

DESCRIPTORS = 4
MOST_BYTES, MOST_OPEN = 1 << 20, 1 << 10


@dataclass(frozen=True)
class Asked:
    """What is to run: the script and its arguments, its folder, and its environment."""

    command: list[str]
    folder: str
    environment: Mapping[str, str]


def serve(address: str, package: str) -> NoReturn:
    """Fork a process for each script that is asked for, until this one is stopped."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for their ends
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # whoever started this one may ignore it
    os.chdir(Path(address).parent)  # the path of a socket must be short
    Path(address).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(Path(address).name)
    listener.listen(64)
    sys.stdout.write(f"Nursery: {address}\n")
    sys.stdout.flush()
    imported = False
    while True:
        connection, _ = listener.accept()
        asked, descriptors = _received(connection)
        if asked and not imported:
            os.environ.update(asked.environment)  # what is made at import may read it
            import_all(package)
            imported = True
        if asked and os.fork() == 0:
            listener.close()
            _live(asked, connection, descriptors)
        for one in (connection.detach(), *descriptors):
            os.close(one)


def import_all(package: str) -> None:
    """Import every module of a package; one that fails does so again where it is needed."""
    root = importlib.import_module(package)
    for one in pkgutil.walk_packages(root.__path__, f"{package}."):
        try:
            importlib.import_module(one.name)
        except Exception:
            traceback.print_exc()
    gc.freeze()  # what is never collected is never copied


def _received(connection: socket.socket) -> tuple[Asked | None, list[int]]:
    """Read what is asked for, with the descriptors; nothing from a client that is gone."""
    text, descriptors, _, _ = socket.recv_fds(connection, MOST_BYTES, DESCRIPTORS)
    while text and not text.endswith(b"\n"):
        more = connection.recv(MOST_BYTES)
        text = text + more if more else b""
    return Asked(**json.loads(text)) if text else None, descriptors


def _live(asked: Asked, connection: socket.socket, descriptors: list[int]) -> NoReturn:
    """Run a script as a process of its own would; end when the one that asked for it does."""
    code = 1
    try:
        _open_only(descriptors, connection.fileno())
        _become(asked)
        Thread(target=_end_with, args=(connection,), daemon=True).start()
        with suppress(SystemExit):
            runpy.run_path(asked.command[0], run_name="__main__")
        code = 0
    except Exception:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _open_only(descriptors: list[int], connection: int) -> None:
    for number, given in enumerate(descriptors):
        os.dup2(given, number)
    os.closerange(DESCRIPTORS, connection)
    os.closerange(connection + 1, MOST_OPEN)


def _become(asked: Asked) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(asked.environment)
    time.tzset()
    os.chdir(asked.folder)
    sys.argv[:] = asked.command
    places = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:0] = [one for one in places if one not in sys.path]


def _end_with(connection: socket.socket) -> None:
    connection.recv(1)  # nothing is ever sent: it returns when the other end is gone
    os._exit(1)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2])
