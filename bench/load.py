"""A client that costs little: prepared requests over kept-alive sockets, and servers for it."""

import asyncio
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 8
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
RESIDENT = re.compile(r"VmRSS:\s+(\d+) kB")


@dataclass(frozen=True)
class Server:
    """A server in a process of its own."""

    url: str
    pid: int

    @property
    def megabytes(self) -> float:
        """Return the resident memory of the process."""
        found = RESIDENT.search(Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8"))
        return int(found[1]) / 1024 if found else 0.0

    @property
    def cpu(self) -> float:
        """Return the processor seconds that the process has used."""
        text = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(*command: str) -> Iterator[Server]:
    """Start a Python module that prints its address; stop it at the end."""
    process = subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise RuntimeError(f"{command[0]} has no output")
        yield Server(process.stdout.readline().split()[-1], process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def request(
    method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> bytes:
    """Write a request as it goes over the wire; a body that is no text is sent as JSON."""
    raw = b"" if body is None else body.encode() if isinstance(body, str) else _json(body)
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(raw)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def _json(body: object) -> bytes:
    return json.dumps(body).encode()


class Connections:
    """Some sockets to one server."""

    def __init__(self, url: str, count: int = CONNECTIONS) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.count = count

    async def _one(self, requests: Iterator[bytes], answers: list[bytes] | None) -> int:
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=2**26)
        sent = 0
        try:
            for raw in requests:
                writer.write(raw)
                body = await _answer(reader)
                sent += 1
                if answers is not None:
                    answers.append(body)
        finally:
            writer.close()
            await writer.wait_closed()
        return sent

    async def _all(self, requests: Iterator[bytes], answers: list[bytes] | None) -> int:
        return sum(await asyncio.gather(*(self._one(requests, answers) for _ in range(self.count))))

    def send(self, requests: Iterator[bytes]) -> list[bytes]:
        """Send all requests and return the bodies of their answers."""
        answers: list[bytes] = []
        asyncio.run(self._all(requests, answers))
        return answers

    def rate(self, requests: Iterator[bytes], seconds: float) -> float:
        """Send requests for some seconds and return how many were answered each second."""
        began = time.perf_counter()
        sent = asyncio.run(self._all(_until(requests, began + seconds), None))
        return sent / (time.perf_counter() - began)


def _until(requests: Iterator[bytes], end: float) -> Iterator[bytes]:
    for raw in requests:
        if time.perf_counter() > end:
            return
        yield raw


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    body = await reader.readexactly(int(length[1]) if length else 0)
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError((head + body)[:600].decode("utf-8", "replace"))
    return body


class Line:
    """One blocking socket, for exact times."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80))
        self._stream = io.BufferedReader(socket.SocketIO(self._socket, "r"), 2**20)

    def ask(self, raw: bytes) -> bytes:
        """Send a request and return the body of its answer."""
        self._socket.sendall(raw)
        length, status = 0, self._stream.readline()
        while (line := self._stream.readline()) not in {b"\r\n", b""}:
            found = LENGTH.match(line)
            length = int(found[1]) if found else length
        body = self._stream.read(length)
        if b" 200 " not in status:
            raise RuntimeError((status + body)[:600].decode("utf-8", "replace"))
        return body

    def close(self) -> None:
        """Close the socket."""
        self._stream.close()
        self._socket.close()


def fastest(*works: Callable[[], object], times: int) -> list[float]:
    """Do some works in turns; return the shortest time of each, which others disturb least."""
    best = [float("inf")] * len(works)
    for _ in range(times):
        for place, work in enumerate(works):
            began = time.perf_counter()
            work()
            best[place] = min(best[place], time.perf_counter() - began)
    return best
