"""A simulator in a thread, and a client for tests that knows nothing of it but its address."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import requests
from aiohttp import web
from defusedxml.ElementTree import fromstring

from simulators.mobiwork.account import CLIENT_ID, LOGIN_ID, PASSWORD
from simulators.mobiwork.server import application
from simulators.mobiwork.service import Service

LOGIN = (
    f"<request><apiLoginId>{LOGIN_ID}</apiLoginId><apiPassword>{PASSWORD}</apiPassword></request>"
)

VIEW = "customer/700001/view.html"
ADD = "<request><product><name>Tee</name><price>1</price><quantity>0</quantity></product></request>"


def parsed(text: str) -> Element:
    root: Element = fromstring(
        re.sub(r"^<\?xml[^>]*\?>", "", text.replace("< ", "<").replace("</ ", "</"))
    )
    return root


@dataclass
class Client:
    url: str
    service: Service
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    def send(
        self, method: str, path: str, body: str | bytes = b"", **query: str
    ) -> requests.Response:
        content = body.encode() if isinstance(body, str) else body
        return self.session.request(
            method,
            f"{self.url}/api/rest/{CLIENT_ID}/10.0.78/{path}",
            params={"token": self.token, **query} if self.token else query,
            data=content,
            headers={"Content-Type": "application/xml"},
            timeout=60,
        )

    def get(self, path: str, body: str = "", **query: str) -> Element:
        return parsed(self.send("GET", path, body, **query).content.decode())

    def post(self, path: str, body: str) -> Element:
        return parsed(self.send("POST", path, body).content.decode())

    def log_in(self) -> None:
        self.token = self.post("authenticate.html", LOGIN).findtext("token") or ""

    def admin(self, method: str, path: str, json: object = None) -> Any:
        answer = self.session.request(method, f"{self.url}/_sim/{path}", json=json, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def person(self, deed: str, **given: object) -> Any:
        """Let somebody in the office do something."""
        return self.admin("POST", f"person/{deed}", given)

    def refused(self, deed: str, **given: object) -> tuple[int, str]:
        """Let somebody try what cannot be done; returns what the simulator says."""
        url = f"{self.url}/_sim/person/{deed}"
        answer = self.session.post(url, json=given, timeout=60)
        return answer.status_code, answer.json()["error"]

    def switch(self, **changes: object) -> None:
        self.admin("POST", "switches", changes)


def script(client: Client, **fault: object) -> None:
    client.admin("POST", "faults", fault)


def products(client: Client) -> int:
    return len(client.service.account.store.records["product"])


def error_of(root: Element) -> tuple[str | None, str | None]:
    error = root.find("error")
    return root.get("statusCode"), None if error is None else error.get("code")


@contextmanager
def running(service: Service) -> Iterator[Client]:
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(application(service), access_log=None)

    async def start() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    port = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    client = Client(f"http://127.0.0.1:{port}", service)
    try:
        yield client
    finally:
        client.session.close()
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(90)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
