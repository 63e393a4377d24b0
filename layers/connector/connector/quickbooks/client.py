"""The QuickBooks Online client of one company: create, update, read, query, changes.

Every call passes `_request`: throttle, minor version, time-outs, one repetition with a new token,
faults as errors, meter, one log line per failure without any body.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

import requests
from requests import PreparedRequest, Response

from connector.answers import MOST_BYTES, Deadline, TooLargeError, take_in
from connector.errors import (
    UNREADABLE,
    AnswerBrokenError,
    AnswerTooLargeError,
    ConnectorError,
    QueryFailedError,
    RateLimitedError,
    RejectedError,
    UnreadableAnswerError,
)
from connector.model.body import Json, spoken
from connector.model.calls import CallKind
from connector.observability import logger
from connector.quickbooks.faults import faults_in, trace_id
from connector.quickbooks.pacing.desk import THREADS
from connector.quickbooks.query import entity_of
from connector.quickbooks.responses import (
    ChangeData,
    Page,
    Record,
    body_of,
    changes_in,
    page_in,
    read_answer,
    record_in,
    rows_in,
    time_in,
)
from connector.quickbooks.throttle import Turns
from connector.quickbooks.transport import (
    Authorization,
    CallMeter,
    IntuitCall,
    ascii_json,
    headers,
    no_answer,
)
from connector.sending import asked_before_sending, new_session

MINOR_VERSION = "75"
PAGE_SIZE = 1000
MIN_ROWS, SHORTER = 2, 10
"""A page that cannot be read is asked for with a quarter of its rows, so often at most."""
MOST_ROWS = 1_000_000
"""No statement has so many rows: QuickBooks would be answering the same page for ever."""
REQUEST_ID_LENGTH = 50
TIMEOUT = (5.0, 60.0)
IDLE_SECONDS = 30.0
_NAMES = ("DisplayName", "Name", "DocNumber", "PaymentRefNum", "Id")
_ADMIN_GONE = "120"
_UNAUTHORIZED = 401
_SUCCESS = 2


class QuickBooks:
    """One QuickBooks company; safe among threads."""

    def __init__(  # noqa: PLR0913 - all by keyword
        self,
        *,
        realm_id: str,
        base_url: str,
        auth: Authorization,
        throttle: Turns,
        meter: CallMeter,
        gate: Callable[[CallKind], object] = lambda _kind: None,
        session: requests.Session | None = None,
        timeout: tuple[float, float] = TIMEOUT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.realm_id = realm_id
        self._url = f"{base_url.rstrip('/')}/v3/company/{quote(realm_id, safe='')}/"
        self._auth = auth
        self._throttle = throttle
        self._meter = meter
        self._gate = gate
        self._session = session or new_session(THREADS)
        self._timeout = timeout
        self._clock = clock
        self._last_call = clock()
        self._rows: dict[str, int] = {}

    def create(
        self,
        entity: str,
        body: Json,
        *,
        requestid: str,
        params: Mapping[str, str] | None = None,
        before_sending: Callable[[], object] = lambda: None,
    ) -> Record:
        """Create a record and return it as QuickBooks stored it; free of charge.

        `params` are further ones such as `include=allowduplicatedocnum` (section 1.4).
        `before_sending` may stop the call at the last moment by raising.
        """
        return self._write(
            entity,
            body,
            requestid=requestid,
            params=params or {},
            before_sending=before_sending,
        )

    def update(self, entity: str, body: Json, *, requestid: str) -> Record:
        """Change the given fields; the body carries Id and SyncToken.

        Sparse unless the body says otherwise: a full update clears what it leaves out (7.1).
        """
        return self._write(entity, {"sparse": True, **body}, requestid=requestid, params={})

    def delete(self, entity: str, record_id: str, *, sync_token: str, requestid: str) -> None:
        """Delete a transaction of that version; free of charge.

        Lists have no delete (reference 1.2), and only id and version may be sent (7.1).
        """
        body = {"Id": record_id, "SyncToken": sync_token}
        self._write(entity, body, requestid=requestid, params={"operation": "delete"})

    def read(self, entity: str, record_id: str) -> Record:
        """Read one record by its id, inactive ones too; metered."""
        path = f"{entity.lower()}/{quote(record_id, safe='')}"
        call = IntuitCall(method="GET", path=path, entity=entity, who=f"{entity} {record_id}")
        return record_in(self._request(call), entity, write=False)

    def query(self, statement: str, *, page_size: int = PAGE_SIZE) -> Iterator[Record]:
        """Yield all records of a statement without paging, one page at a time; metered by page.

        Order by a stable property when records may change meanwhile (section 3.2).

        Raises:
            ValueError: the page size is none that QuickBooks answers with.
            UnreadableAnswerError: there is no end of it.
        """
        if not 0 < page_size <= PAGE_SIZE:
            raise ValueError(f"a page has 1 to {PAGE_SIZE} records")
        start = 1
        while start < MOST_ROWS:
            rows, full, _ = self._page(statement, start, page_size)
            yield from rows
            if not full:
                return
            start += len(rows)
        raise UnreadableAnswerError(f"QuickBooks answers more than {MOST_ROWS} rows: {statement}")

    def page(self, statement: str, *, start: int, size: int = PAGE_SIZE) -> Page:
        """Return one page of a statement without paging, from position `start` (1-based); metered.

        Rows that vanish meanwhile shift all later ones (section 3.2): look where the page begins.

        Raises:
            AnswerTooLargeError: one of two records is, or the one that was asked for.
            AnswerBrokenError: one of two records spoils the answer, or none can be read.
            QueryFailedError: QuickBooks fails on one of two records, or on all.
        """
        rows, full, body = self._page(statement, start, size)
        return Page(rows=rows, full=full, time=time_in(body))

    def _page(self, statement: str, start: int, size: int) -> tuple[list[Record], bool, Record]:
        """Return a page, whether it was full, and its answer; it has fewer rows where more fail.

        As many as could be read last time, doubled, are asked for; never less than two, so that
        whoever asks from the latest row read gets on.
        """
        entity = entity_of(statement)
        asked = min(size, self._rows.get(entity, size))
        failure: ConnectorError | None = None
        for _ in range(SHORTER):
            paged = f"{statement} STARTPOSITION {start} MAXRESULTS {asked}"
            try:
                body = self._query(entity, paged)
                rows = rows_in(page_in(body), entity)
            except UNREADABLE as error:
                failure = error
                if asked <= MIN_ROWS:
                    break
                asked = max(asked // 4, MIN_ROWS)
                continue
            self._rows.pop(entity, None)
            if asked < size:
                self._rows[entity] = 2 * asked
            return rows, len(rows) >= asked, body
        named = spoken(entity).lower()
        where = f"The {named} of QuickBooks at place {start:,} of its list, or the next one,"
        if isinstance(failure, QueryFailedError):
            raise QueryFailedError(
                f"{where} makes QuickBooks fail, or QuickBooks fails as a whole."
            )
        if isinstance(failure, AnswerBrokenError):
            raise AnswerBrokenError(
                f"{where} spoils QuickBooks' answer, or no answer can be read: {failure}"
            )
        raise AnswerTooLargeError(
            f"{where} is too large to be read: it has more than {MOST_BYTES // 1_000_000} MB."
        )

    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData:
        """Ask what changed in several entities; one metered call, at most 30 days back.

        Raises:
            ValueError: `since` has no time zone.
        """
        if since.tzinfo is None:
            raise ValueError(f"{since} has no time zone")
        params = {"entities": ",".join(entities), "changedSince": since.isoformat()}
        call = IntuitCall(method="GET", path="cdc", entity="CDC", who="The changes", params=params)
        return changes_in(self._request(call), entities)

    def rest(self) -> None:
        """Give back turns and places: no call follows soon."""
        self._throttle.leave()

    def company_info(self) -> Record:
        """Read the company's name, country and time zone; metered."""
        return self.read("CompanyInfo", self.realm_id)

    def preferences(self) -> Record:
        """Read the company's preferences; metered."""
        call = IntuitCall(method="GET", path="preferences", entity="Preferences", who="Preferences")
        return record_in(self._request(call), "Preferences", write=False)

    def _write(
        self,
        entity: str,
        body: Json,
        *,
        requestid: str,
        params: Mapping[str, str],
        before_sending: Callable[[], object] = lambda: None,
    ) -> Record:
        if not 0 < len(requestid) <= REQUEST_ID_LENGTH:
            raise ValueError(f"a request id has 1 to {REQUEST_ID_LENGTH} characters")
        call = IntuitCall(
            method="POST",
            path=entity.lower(),
            entity=entity,
            who=_name_of(entity, body),
            kind="free",
            writes=True,
            params={**params, "requestid": requestid},
            content=ascii_json(body),
            before_sending=before_sending,
        )
        return record_in(self._request(call), entity, write=True)

    def _query(self, entity: str, statement: str) -> Record:
        """Ask by POST: a statement may be longer than a URL, and its names stay out of logs."""
        call = IntuitCall(
            method="POST",
            path="query",
            entity=entity,
            who=f"A query of {entity}",
            content=statement.encode(),
            content_type="application/text",
        )
        return self._request(call)

    def _request(self, call: IntuitCall) -> Record:
        started = time.monotonic()
        response = None
        try:
            response = self._send(call)
            if _token_refused(response):
                self._auth.refresh(response.request.headers.get("Authorization", ""))
                response = self._send(call)
            return read_answer(response, who=call.who, write=call.writes)
        except ConnectorError as error:
            if isinstance(error, RateLimitedError) and response is not None:
                self._throttle.pause(error.retry_after)
            self._log_failure(call, response, error, seconds=time.monotonic() - started)
            raise

    def _send(self, call: IntuitCall) -> Response:
        """Prepare all that may take long (the turn, the token), hold the lease, then send.

        The gate is asked first: it may stop calls that are metered.
        """
        self._gate(call.kind)
        with self._throttle.slot():
            self._drop_idle_connections()
            try:
                request = self._prepared(call)
                with asked_before_sending(call.before_sending):
                    response = self._answer_to(request)
            except requests.RequestException as error:
                if isinstance(error, TooLargeError):
                    self._meter.count(call.kind)  # It was answered, so Intuit counts it.
                raise no_answer(error, name="QuickBooks", write=call.writes) from error
        if response.status_code // 100 == _SUCCESS:
            self._meter.count(call.kind)
        return response

    def _answer_to(self, request: PreparedRequest) -> Response:
        environment = self._session.merge_environment_settings(request.url, {}, True, None, None)
        deadline = Deadline()
        arriving = self._session.send(
            request, timeout=self._timeout, allow_redirects=False, **environment
        )
        return take_in(arriving, deadline)

    def _prepared(self, call: IntuitCall) -> PreparedRequest:
        """Return the request with a token that is valid for some minutes."""
        return self._session.prepare_request(
            requests.Request(
                call.method,
                self._url + call.path,
                params={**call.params, "minorversion": MINOR_VERSION},
                data=call.content,
                headers=headers(call.content_type if call.content else None),
                auth=self._auth,
            )
        )

    def _drop_idle_connections(self) -> None:
        """Close what was kept open too long: a function frozen meanwhile finds it dead.

        A write sent into a dead connection would have an unknown outcome for nothing.
        """
        now = self._clock()
        if now - self._last_call > IDLE_SECONDS:
            self._session.close()
        self._last_call = now

    def _log_failure(
        self, call: IntuitCall, response: Response | None, error: ConnectorError, *, seconds: float
    ) -> None:
        logger.warning(
            "QuickBooks call failed",
            realm_id=self.realm_id,
            entity=call.entity,
            method=call.method,
            requestid=call.params.get("requestid"),
            status=response.status_code if response is not None else 0,
            error=type(error).__name__,
            code=error.code if isinstance(error, RejectedError) else None,
            tid=trace_id(response) if response is not None else None,
            ms=round(seconds * 1000),
        )


def _token_refused(response: Response) -> bool:
    """Tell whether another token may help; not if the person who connected lost their rights."""
    if response.status_code != _UNAUTHORIZED:
        return False
    return all(fault.code != _ADMIN_GONE for fault in faults_in(body_of(response)))


def _name_of(entity: str, body: Json) -> str:
    name = next((body[name] for name in _NAMES if body.get(name)), "")
    return f'{entity} "{name}"' if name else entity
