"""Run a script in a process of a nursery as if it ran here: with our files and environment.

Started with the path of a socket, a script and its arguments; descriptors 0 to 3 are handed over.
It stays until the other process ends, and that one ends with it: whoever stops this one stops both.
Where there is no nursery, the script runs here.
"""

import json
import os
import socket
import sys
from pathlib import Path

DESCRIPTORS = [0, 1, 2, 3]


def main() -> None:
    """Ask for the process, and wait for its end."""
    address, *command = sys.argv[1:]
    here = Path.cwd()
    asked = {"command": command, "folder": str(here), "environment": dict(os.environ)}
    with socket.socket(socket.AF_UNIX) as nursery:
        try:
            os.chdir(Path(address).parent)  # the path of a socket must be short
            nursery.connect(Path(address).name)
        except OSError:
            os.chdir(here)
            os.execv(sys.executable, [sys.executable, "-P", *command])  # noqa: S606 - no shell
        socket.send_fds(nursery, [json.dumps(asked).encode() + b"\n"], DESCRIPTORS)
        nursery.recv(1)
    sys.exit(1)


if __name__ == "__main__":
    main()
