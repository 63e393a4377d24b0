"""The errors of the connector, grouped by what to do next.

ConnectorError
├── RetriableError            the same call may succeed later   -> Step Functions retries
│   ├── RateLimitedError        429 or throttle fault
│   ├── RemoteDownError         5xx, time-out, connection lost (a write may have happened)
│   │   ├── LoginBlockedError       401, 403 or a page at MobiWork's login, which proves nothing
│   │   │   └── NoLoginThereError       404, 405, 501: a person may have given a wrong version
│   │   └── QueryFailedError        fault 4002: one record spoils a whole answer
│   ├── UnreadableAnswerError   the answer is not what the API promises (malformed or cut short)
│   │   ├── AnswerTooLargeError     it is more than there is memory for: less is to be asked for
│   │   └── AnswerBrokenError       it is no JSON, breaks off, or holds what is no record: likewise
│   ├── ReadsStoppedError       the budget of metered calls is used up: writes go on
│   ├── StaleSyncTokenError     fault 5010: read again, merge, write again
│   ├── EditedMeanwhileError    MobiWork's record is not as it was read: read again, plan again
│   └── BeingSentError          another worker is at the record: only this one is put off
├── RecordError               a person must change something    -> refused, the run goes on
│   ├── NotYetError             it goes by itself once that has changed -> waiting
│   ├── MissingMappingsError    everything a record still needs, collected
│   ├── SettingError            a setting it needs is empty or names what is not there
│   ├── DuplicateNameError      fault 6240
│   ├── DuplicateNumberError    fault 6140
│   └── RejectedError           any other refusal, with QuickBooks' code and detail
├── ConnectionBrokenError     the authorisation is gone         -> stop this connection, alarm once
│   └── LoginRefusedError       MobiWork itself says that its login is wrong
├── RequestError              what was asked cannot be done     -> answered over HTTP, nothing done
│   ├── NotSignedError          whoever sent it did not prove who it is
│   └── ConflictError           it does not go together with how things stand now
│       └── StaleVersionError       somebody else changed it since it was read
├── FlowFailedError           a flow of a run failed            -> the run counts as failed
└── ConfigurationError        our deployment is wrong           -> fail loudly
    └── UnknownConnectionError  there is no connection of that id; over HTTP: not found

RetriableError, RecordError, ConnectionBrokenError and FlowFailedError are all that cross into Step
Functions, which compares exact names and knows nothing of inheritance.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Fix:
    """One safe thing a person can do about a refused record.

    `action` is one of retry, link, create_as, activate, open_settings, skip; `label` is the
    button's words; `target` is what the action needs (an id, a name, a setting), None if nothing.
    """

    action: str
    label: str
    target: str | None = None


class Obstacle(str):
    """A sentence of what stands in a record's way, with the key of its cause (model/worklist).

    cause: its key; None where the record alone is the cause.
    """

    __slots__ = ("cause",)
    cause: str | None

    def __new__(cls, sentence: str, cause: str | None) -> Self:
        """Return the sentence with its cause."""
        made = super().__new__(cls, sentence)
        made.cause = cause
        return made


def cause_among(sentences: Iterable[str]) -> str | None:
    """Return the cause of the first of some sentences that has one, if any has."""
    return next((one.cause for one in sentences if isinstance(one, Obstacle) and one.cause), None)


RETRY = Fix(action="retry", label="Try again")
SKIP = Fix(action="skip", label="Leave this record out")
OPEN_SETTINGS = Fix(action="open_settings", label="Open the settings")


class ConnectorError(Exception):
    """Base of everything the connector raises on purpose; its text is a sentence for a person.

    unknown_outcome: whether a write that it ended may have been carried out all the same.
    """

    unknown_outcome = False


class RetriableError(ConnectorError):
    """The same call may succeed later."""


class RateLimitedError(RetriableError):
    """The remote asked us to slow down; `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float = 60.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RemoteDownError(RetriableError):
    """The remote did not answer; after a write its outcome is unknown when `unknown_outcome`."""

    def __init__(self, message: str, *, unknown_outcome: bool = False) -> None:
        super().__init__(message)
        self.unknown_outcome = unknown_outcome


class LoginBlockedError(RemoteDownError):
    """MobiWork's login was not reached, or did not say that the password is wrong."""


class NoLoginThereError(LoginBlockedError):
    """Nobody at MobiWork's address knows a login: the version may be a wrong one."""


class QueryFailedError(RemoteDownError):
    """Fault 4002 or 10000: QuickBooks failed on what was to be read; others may be answered."""


class UnreadableAnswerError(RetriableError):
    """The answer is malformed or cut short; `unknown_outcome` as in RemoteDownError."""

    def __init__(self, message: str, *, unknown_outcome: bool = False) -> None:
        super().__init__(message)
        self.unknown_outcome = unknown_outcome


class RecordsUnreadError(UnreadableAnswerError):
    """All of a list was read but for some records, which the message names."""


class AnswerTooLargeError(UnreadableAnswerError):
    """The answer is more than there is memory for; less of it may be asked for."""


class AnswerBrokenError(UnreadableAnswerError):
    """The answer of QuickBooks is no JSON, breaks off or is of another form; so is less of it."""


UNREADABLE = (AnswerBrokenError, AnswerTooLargeError, QueryFailedError)
"""How a read fails that may succeed for less: one record of it may be why (reference 7.11)."""


class ReadsStoppedError(RetriableError):
    """QuickBooks is not read any more this month: the budget of metered calls is used up."""


class StaleSyncTokenError(RetriableError):
    """Fault 5010: somebody changed the record since it was read."""


class EditedMeanwhileError(RetriableError):
    """Somebody changed in MobiWork what was about to be written over; nothing was sent."""


class BeingSentError(RetriableError):
    """Another worker is sending the record at this moment; nothing is wrong with the remote."""


class RecordError(ConnectorError):
    """A person must change something before this record can go through.

    `cause` is the key of what stands in its way, the same for all alike (model/worklist); None
    where it is something of its own.
    """

    def __init__(
        self, message: str, *, fixes: Sequence[Fix] = (RETRY, SKIP), cause: str | None = None
    ) -> None:
        super().__init__(message)
        self.fixes = tuple(fixes)
        self.cause = cause or cause_among([message])


class NotYetError(RecordError):
    """Something must change on the other side first; the record then goes by itself."""


class KindStoppedError(NotYetError):
    """A person must decide about others of its kind first; nothing was sent."""


class MissingMappingsError(RecordError):
    """Everything a record still needs, collected so that it can be fixed in one pass."""

    def __init__(
        self,
        problems: Sequence[str],
        *,
        fixes: Sequence[Fix] = (RETRY, SKIP),
        cause: str | None = None,
    ) -> None:
        super().__init__(" ".join(problems), fixes=fixes, cause=cause_among(problems) or cause)
        self.problems = tuple(problems)


def told_at_once(*checks: Callable[[], object]) -> None:
    """Make several checks, and refuse with what all of them say: it is mended in one pass.

    Raises:
        RecordError: what one check says, or what several say together.
    """
    found: list[RecordError] = []
    for check in checks:
        try:
            check()
        except NotYetError:
            raise
        except RecordError as error:
            found.append(error)
    if len(found) == 1:
        raise found[0]
    if found:
        told = dict.fromkeys(one for error in found for one in sentences_of(error))
        fixes = dict.fromkeys(fix for error in found for fix in error.fixes)
        helps = OPEN_SETTINGS in fixes
        others = [fix for fix in fixes if fix != OPEN_SETTINGS]
        raise MissingMappingsError(
            list(told), fixes=[OPEN_SETTINGS, *others] if helps else others, cause=found[0].cause
        )


def sentences_of(error: RecordError) -> tuple[str, ...]:
    """Return what a refusal says, one thing that is in the way after the other."""
    if isinstance(error, MissingMappingsError):
        return error.problems
    return (Obstacle(str(error), error.cause),)


class SettingError(RecordError):
    """A setting that a record needs is empty or names something that QuickBooks does not have."""

    def __init__(self, message: str, *, cause: str | None = None) -> None:
        super().__init__(message, fixes=(OPEN_SETTINGS, RETRY, SKIP), cause=cause)


class RejectedError(RecordError):
    """QuickBooks or MobiWork refused the record; carries what support needs.

    `code` is the remote's own code, `element` the field it names if it names one, `tid` Intuit's
    trace id.
    """

    def __init__(  # noqa: PLR0913 - all by keyword
        self,
        message: str,
        *,
        code: str,
        element: str | None = None,
        tid: str | None = None,
        fixes: Sequence[Fix] = (RETRY, SKIP),
        cause: str | None = None,
    ) -> None:
        super().__init__(message, fixes=fixes, cause=cause)
        self.code = code
        self.element = element
        self.tid = tid


class DuplicateNameError(RejectedError):
    """Fault 6240: the name belongs to another customer, vendor, employee, item or account."""


class DuplicateNumberError(RejectedError):
    """Fault 6140: the document number is taken."""


class ConnectionBrokenError(ConnectorError):
    """The authorisation is gone or the company is closed to us; a person must reconnect."""


class LoginRefusedError(ConnectionBrokenError):
    """MobiWork itself says that the login is wrong; a new password alone mends it."""


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong with a request.

    `pointer` is where: a JSON pointer into its body such as `#/settings/send_tax`, or the name of
    a parameter; `detail` is a sentence for a person.
    """

    pointer: str
    detail: str


TOLD = 5
"""So many of several things that are wrong are told in one message."""


class RequestError(ConnectorError):
    """What was asked cannot be done and nothing was changed; `errors` says what is wrong where."""

    def __init__(self, message: str, *, errors: Sequence[Wrong] = ()) -> None:
        super().__init__(message)
        self.errors = tuple(errors)

    @classmethod
    def of_several(cls, message: str, errors: Sequence[Wrong]) -> Self:
        """Return one that says in its message what is wrong with the first few, too."""
        told = [one.detail for one in errors[:TOLD]]
        more = [f"{len(errors) - TOLD} more are wrong."] if len(errors) > TOLD else []
        return cls(" ".join([message, *told, *more]), errors=errors)


class NotSignedError(RequestError):
    """Whoever sent the request did not prove who it is."""


class NotThereError(RequestError):
    """What was asked for is not there, or not yet."""


class ConflictError(RequestError):
    """What was asked does not go together with how things stand now."""


class StaleVersionError(ConflictError):
    """Somebody else changed what was to be changed since it was read."""


class FlowFailedError(ConnectorError):
    """A flow of a run failed; the others went on, and everything is recorded."""


class ConfigurationError(ConnectorError):
    """The deployment is wrong; no record and no connection is to blame."""


class UnknownConnectionError(ConfigurationError):
    """There is no connection of that id."""


class UnusableKeyError(ValueError):
    """What cannot be part of a key: it is empty or holds the separator, and nothing is under it."""
