"""Sessions over HTTP whose sender is asked once more when the connection of its call stands.

To look up a name, to connect and to agree on keys may take longer than the sender's right to send
lasts. A connection that is open already needs none of that.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import override

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.poolmanager import PoolManager, ProxyManager

_question: ContextVar[Callable[[], object]] = ContextVar("question", default=lambda: None)


@contextmanager
def asked_before_sending(question: Callable[[], object]) -> Iterator[None]:
    """Ask now, and again when a connection was made for a call; what it raises stops the call.

    It holds for the calls of this thread. When it raises, nothing of the call was sent.
    """
    question()
    before = _question.set(question)
    try:
        yield
    finally:
        _question.reset(before)


def new_session(connections: int) -> requests.Session:
    """Open a session that keeps so many connections alive and never retries by itself."""
    session = requests.Session()
    session.mount("https://", _Adapter(pool_maxsize=connections))
    session.mount("http://", _Adapter(pool_maxsize=connections))
    return session


class _Http(HTTPConnection):
    @override
    def connect(self) -> None:
        super().connect()
        _question.get()()


class _Https(HTTPSConnection):
    @override
    def connect(self) -> None:
        super().connect()
        _question.get()()


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    @override
    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **kwargs: object
    ) -> None:
        super().init_poolmanager(connections, maxsize, block, **kwargs)
        _use_asking_pools(self.poolmanager)

    @override
    def proxy_manager_for(self, proxy: str, **kwargs: object) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        _use_asking_pools(manager)
        return manager


def _use_asking_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
