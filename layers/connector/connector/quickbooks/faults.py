"""Reads QuickBooks' faults in both spellings and raises the error that says what to do next.

The accounting service answers `Fault/Error/Message/Detail/code`, the gateway before it
`fault/error/message/detail/code`, and either may come inside an answer 200 (reference section 1.6).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from connector.errors import (
    RETRY,
    SKIP,
    ConfigurationError,
    ConnectionBrokenError,
    ConnectorError,
    QueryFailedError,
    RateLimitedError,
    RecordError,
    RejectedError,
    RemoteDownError,
    StaleSyncTokenError,
    UnreadableAnswerError,
)
from connector.model.worklist.causes import Kind, cause
from connector.quickbooks.fault_catalogue import (
    CATALOGUE,
    SYSTEM_TROUBLE,
    TRANSIENT,
    UNKNOWN,
    Entry,
)
from connector.quickbooks.words import name_of_member

if TYPE_CHECKING:
    from requests import Response

RATE_LIMITED = 429
SERVER_ERROR = 500
SUCCESS = 2
BUSINESS_RULE = "6000"
INTERNAL = "10000"
REFUSING = frozenset({"validationfault", "authenticationfault", "authorizationfault"})
"""Types of faults that say that nothing was done; of any other one that is not known (1.6)."""
PAUSE = 60.0
LONGEST_PAUSE = 300.0
DETAIL_LENGTH = 500

_WORST_FIRST: tuple[type[ConnectorError], ...] = (
    ConnectionBrokenError,
    RateLimitedError,
    ConfigurationError,
    RecordError,
    UnreadableAnswerError,
    RemoteDownError,
    StaleSyncTokenError,
)
_SECRETS = re.compile(
    r"(?<=Bearer )\S+|(?<=token=)\S+|(?<=token expired: )\S+|\beyJ[\w.-]+|[A-Za-z0-9_.~+=-]{36,}",
    re.IGNORECASE,
)
_CODE_IN_MESSAGE = re.compile(r"errorCode=0*(\d+)")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One error of an answer, whichever spelling it came in.

    Attributes:
        code: QuickBooks' number of the error, such as `6240`.
        message: What is wrong, in a few words of QuickBooks.
        detail: The same in a sentence, often with the value.
        element: The member of the body that it is about; empty where it is about none.
        of_system: Whether QuickBooks failed, so that the same call may succeed later.
    """

    code: str
    message: str
    detail: str
    element: str
    of_system: bool = False

    @property
    def entry(self) -> Entry:
        """What the catalogue says about it; an unknown code of the system is no refusal (1.6)."""
        if self.code == BUSINESS_RULE and _asks_to_try_again(f"{self.message} {self.detail}"):
            return TRANSIENT
        return CATALOGUE.get(self.code, SYSTEM_TROUBLE if self.of_system else UNKNOWN)


def faults_in(body: object) -> tuple[Fault, ...]:
    """Find the errors of an answer; none if it is a success."""
    whole = _member(body, "fault")
    errors = _member(whole, "error")
    found = errors if isinstance(errors, list) else [errors]
    of_system = str(_member(whole, "type")).lower() not in REFUSING
    return tuple(
        _fault(error, of_system=of_system) for error in found if isinstance(error, Mapping)
    )


def has_fault(body: object) -> bool:
    """Tell whether an answer is a fault, even one that gives no errors."""
    return bool(_member(body, "fault"))


def trace_id(response: "Response") -> str | None:
    """Return what Intuit's support asks for, if it came; it is spelt in two ways."""
    headers = response.headers
    return headers.get("intuit_tid") or headers.get("intuit-tid")


def redact(text: str, *secrets: str | None) -> str:
    """Take out what is or looks like a token; gateway details can echo the one that was sent."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "[redacted]")
    return _SECRETS.sub("[redacted]", text)


def raise_for_fault(response: "Response", body: object, *, who: str, write: bool) -> None:
    """Raise what a refused or failed call means; return if the answer is a success.

    `who` names the record for a person; `write` says that the call may have changed something.

    Raises:
        ConnectorError: the most serious of what the answer says, in words for a bookkeeper.
    """
    status, tid = response.status_code, trace_id(response)
    faults = faults_in(body)
    if status == RATE_LIMITED or any(fault.entry.error is RateLimitedError for fault in faults):
        raise RateLimitedError(CATALOGUE["3001"].sentence, retry_after=_retry_after(response))
    if faults:
        secret = response.request.headers.get("Authorization") if response.request else None
        down = status >= SERVER_ERROR
        raise error_for(faults, who=who, write=write, down=down, tid=tid, secret=secret)
    if status // 100 != SUCCESS or has_fault(body):
        raise _error_for_status(status, who=who, write=write, tid=tid)


def error_for(  # noqa: PLR0913 - all by keyword
    faults: Sequence[Fault],
    *,
    who: str,
    write: bool,
    down: bool = False,
    tid: str | None = None,
    secret: str | None = None,
) -> ConnectorError:
    """Make one error that says all the faults; the most serious of them decides its class.

    An unknown code together with a server error (`down`) is the server's trouble, not the record's.
    An internal error of a read may be that of one record of it.
    """
    kinds = [_kind(fault, write=write, down=down) for fault in faults]
    worst = min(kinds, key=_rank)
    said = [f for f, kind in zip(faults, kinds, strict=True) if _rank(kind) == _rank(worst)]
    if issubclass(worst, RejectedError):
        kind = worst if len({f.entry.error for f in said}) == 1 else RejectedError
        return _rejected(kind, said, who=who, tid=tid, secret=secret)
    text = " ".join(dict.fromkeys(_sentence(fault) for fault in said))
    if issubclass(worst, RemoteDownError | UnreadableAnswerError):
        unknown = write and (down or any(fault.entry.may_have_happened for fault in said))
        return worst(text, unknown_outcome=unknown)
    return worst(text)


def _kind(fault: Fault, *, write: bool, down: bool) -> type[ConnectorError]:
    if fault.entry is UNKNOWN and down:
        return RemoteDownError
    internal = fault.code == INTERNAL or fault.entry is SYSTEM_TROUBLE
    return QueryFailedError if internal and not write else fault.entry.error


def _rejected(
    kind: type[RejectedError],
    faults: Sequence[Fault],
    *,
    who: str,
    tid: str | None,
    secret: str | None,
) -> RejectedError:
    told = [f"{_sentence(fault)}{_quoted(fault, secret)}" for fault in faults]
    return kind(
        " ".join([f"{who} was refused by QuickBooks.", *dict.fromkeys(told)]),
        code=faults[0].code,
        element=faults[0].element,
        tid=tid,
        fixes=faults[0].entry.fixes if len(faults) == 1 else (RETRY, SKIP),
        cause=cause(Kind.QUICKBOOKS, faults[0].code or "none"),
    )


def _sentence(fault: Fault) -> str:
    text = fault.entry.sentence.format(element=_element(fault.element))
    return text[0].upper() + text[1:]


def _element(name: str) -> str:
    """Name the field a fault is about: in a person's words where there are some."""
    words = name_of_member(name)
    if not name:
        return "one of its fields"
    return f"its {words}" if words != name else f'the field "{name}"'


def _quoted(fault: Fault, secret: str | None) -> str:
    words = fault.detail or fault.message
    token = secret and secret.removeprefix("Bearer ")
    said = f'"{redact(words, secret, token)[:DETAIL_LENGTH]}", ' if words else ""
    return f" (QuickBooks says: {said}code {fault.code or 'none'}.)"


def _error_for_status(status: int, *, who: str, write: bool, tid: str | None) -> ConnectorError:
    match status:
        case 401:
            return ConnectionBrokenError(CATALOGUE["3200"].sentence)
        case 404 if not write:
            return RejectedError(
                f"{who} was not found: QuickBooks has nothing at this address. Open the record in "
                "QuickBooks and check it for anything unusual.",
                code="404",
                tid=tid,
                cause=cause(Kind.QUICKBOOKS, "404"),
            )
        case 404:
            return ConfigurationError("QuickBooks has nothing at this address: check its URL.")
        case 413:
            return RejectedError(
                f"{who} was refused by QuickBooks. It is too big.",
                code="413",
                tid=tid,
                cause=cause(Kind.QUICKBOOKS, "413"),
            )
        case _ if status >= SERVER_ERROR:
            return RemoteDownError(
                f"QuickBooks is not available (status {status}).", unknown_outcome=write
            )
        case _:
            return UnreadableAnswerError(
                f"QuickBooks answered with status {status} and gives no reason.",
                unknown_outcome=write,
            )


def _retry_after(response: "Response") -> float:
    """How long to rest: a minute, or what a Retry-After header says (documented nowhere)."""
    told = response.headers.get("Retry-After", "").strip()
    if told.isdecimal():
        return min(float(told), LONGEST_PAUSE)
    try:
        moment, sent = (
            parsedate_to_datetime(one) for one in (told, response.headers.get("Date", ""))
        )
        return min(max((moment - sent).total_seconds(), 1.0), LONGEST_PAUSE)
    except (TypeError, ValueError, OverflowError):
        return PAUSE


def _rank(kind: type[ConnectorError]) -> int:
    return next(n for n, worst in enumerate(_WORST_FIRST) if issubclass(kind, worst))


def _fault(error: Mapping[str, object], *, of_system: bool) -> Fault:
    message, detail = _text(error, "message"), _text(error, "detail")
    code = _text(error, "code").lstrip("0")
    if not code and (found := _CODE_IN_MESSAGE.search(message)):
        code = found[1]
    element = _text(error, "element")
    return Fault(code=code, message=message, detail=detail, element=element, of_system=of_system)


def _text(error: Mapping[str, object], name: str) -> str:
    value = _member(error, name)
    return "" if value is None else str(value).removesuffix(": null").strip()


def _member(body: object, name: str) -> object:
    if not isinstance(body, Mapping):
        return None
    return next((value for key, value in body.items() if str(key).lower() == name), None)


def _asks_to_try_again(text: str) -> bool:
    return "unexpected error" in text.lower() and "try again" in text.lower()
