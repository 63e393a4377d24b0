"""Keeps MobiWork's secrets out of logs and messages: the token is part of every address.

urllib3 logs addresses when it debugs, so its loggers get a filter that knows how a token looks.
"""

import logging
import re
from collections.abc import Iterable

HIDDEN = "[hidden]"

_IN_ADDRESS = re.compile(r"(?i)\b(token|apiLoginId|apiPassword)=[^&\s'\"]*")
_IN_ELEMENT = re.compile(r"(?i)(<(token|apiLoginId|apiPassword)>)[^<]*")
_LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without the secrets, those in addresses and those in MobiWork's elements."""
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, HIDDEN)
    text = _IN_ADDRESS.sub(rf"\1={HIDDEN}", text)
    return _IN_ELEMENT.sub(rf"\1{HIDDEN}", text)


def _filter(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage()), ()
    return True


def guard_logs() -> None:
    """Redact what the HTTP library logs from now on; doing it again changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_filter)
