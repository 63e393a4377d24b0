"""The client of one MobiWork account: records in and out, whatever MobiWork's XML looks like."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from xml.etree.ElementTree import Element

import requests

from connector.errors import (
    ConfigurationError,
    RecordError,
    RejectedError,
    UnreadableAnswerError,
)
from connector.mobiwork.calls import CallRoute, MobiWorkAccount, MobiWorkCall
from connector.mobiwork.editing import edited, refuse_to_write_over
from connector.mobiwork.endpoints import Endpoint, Overrides, registry
from connector.mobiwork.external_id import (
    NATIVE_FORMAT,
    format_external_id,
    same_external_id,
    spellings,
)
from connector.mobiwork.lists.asking import FIRST_PAGE, ListCalls
from connector.mobiwork.lists.pages import Answers, Filters, PageAsked, record_of
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.lists.windows import since
from connector.mobiwork.mending.texts import UNCERTAIN
from connector.mobiwork.reading_ahead import AT_ONCE
from connector.mobiwork.transport import Transport
from connector.mobiwork.xml import RawRecord, build, local_name, read, write
from connector.model.worklist.causes import Kind
from connector.sending import new_session

DEFAULT_VERSION = "10.0.78"


class MobiWork:
    """One account's records; calls are made one at a time, but for lists that are expected."""

    def __init__(  # noqa: PLR0913 - each is a setting of its own
        self,
        *,
        base_url: str,
        client_id: str,
        login_id: str,
        password: str,
        version: str = DEFAULT_VERSION,
        user_id: str | None = None,
        overrides: Overrides | None = None,
        capabilities: frozenset[str] = frozenset(),
        external_id_form: str = NATIVE_FORMAT,
        session: requests.Session | None = None,
        timeout: tuple[float, float] = (5.0, 60.0),
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare the client; nothing is called yet.

        Raises:
            ConfigurationError: `overrides` do not fit the registry.
        """
        self._registry = registry(overrides)
        self._capabilities = capabilities
        self._form = external_id_form
        account = MobiWorkAccount(
            base_url=base_url,
            client_id=client_id,
            version=version,
            login_id=login_id,
            password=password,
            user_id=user_id,
        )
        self._transport = Transport(
            account,
            session=session or new_session(AT_ONCE),
            timeout=timeout,
            sleep=sleep,
            clock=clock,
        )

    def authenticate(self) -> None:
        """Log in now instead of at the first call, to check the credentials.

        Raises:
            ConnectionBrokenError: MobiWork does not accept them.
        """
        self._transport.log_in()

    def supports(self, entity: str, operation: str) -> bool:
        """Tell whether an operation is known and, if it is only assumed, switched on."""
        row = self._registry.get((entity, operation))
        return row is not None and (not row.switch or row.switch in self._capabilities)

    def records(
        self,
        entity: str,
        filters: Filters | None = None,
        *,
        page_size: int = 200,
        last: LastReading | None = None,
    ) -> Iterator[RawRecord]:
        """Yield every record of a list, holding one page in memory (reference 1.6).

        A record without an id comes with the id "". Filters are as MobiWork understands them,
        which is not documented: check the records again. What was printed so when the list was
        read `last` is not parsed; it is yielded as the same.

        Raises:
            ConfigurationError: the list is switched off.
            UnreadableAnswerError: a page could not be read, or MobiWork keeps records back: then
                after all that could be had.
            ConnectorError: as every call.
        """
        endpoint = self._endpoint(entity, "list")
        asking = ListCalls(self._transport, endpoint, page_size)
        return asking.all_of(filters or {}, last)

    def reading_ahead(self) -> AbstractContextManager[None]:
        """Ask ahead, from here to the end, for the lists that are expected."""
        return self._transport.ahead.at_work()

    def expect(
        self, entity: str, asked: Iterable[PageAsked] = FIRST_PAGE, *, by: CallRoute | None = None
    ) -> None:
        """Say that a list is read soon, what it is likely to be asked for, and by which route."""
        ListCalls(self._transport, self._endpoint(entity, "list")).expect(asked, soon=False, by=by)

    def answers_as_before(self, entity: str, before: Answers) -> bool:
        """Tell whether a list answers each question of before with the same bytes.

        Where it does not, the answers are kept for who reads it next.
        """
        return ListCalls(self._transport, self._endpoint(entity, "list")).as_before(before)

    def created_since(self, entity: str, day: date) -> Filters | None:
        """Return the filters of a list for what was created since a day.

        None where MobiWork documents none.
        """
        return since(self._endpoint(entity, "list"), day)

    def view(self, entity: str, record_id: str) -> RawRecord:
        """Read one record.

        Raises:
            ConfigurationError: the view is switched off.
            RejectedError: MobiWork has no such record.
            ConnectorError: it could not be read, or is another one.
        """
        endpoint = self._endpoint(entity, "view")
        record = _one(self._exchange(endpoint, record_id=record_id), endpoint)
        if record is None or record.id not in {record_id, None}:
            found = "no" if record is None else "another"
            message = f"MobiWork's answer to view {entity} {record_id} holds {found} {entity}."
            raise UnreadableAnswerError(message)
        return RawRecord(entity, record_id, record.xml)

    def find(self, entity: str, record_id: str) -> RawRecord | None:
        """Return one record, or nothing when MobiWork does not have it.

        Where the view is switched off, the list is searched, by its filter of ids if it has one.

        Raises:
            ConfigurationError: the list is switched off as well.
            ConnectorError: as `view` and `records`.
        """
        if self.supports(entity, "view"):
            try:
                return self.view(entity, record_id)
            except RejectedError:
                return None
        endpoint = self._endpoint(entity, "list")
        chosen = {endpoint.by_id: record_id} if endpoint.by_id else {}
        filters = {**chosen, **dict(endpoint.hidden_too)}
        found = (one for one in self.records(entity, filters) if one.id == record_id)
        return next(found, None)

    def external_id(self, entity: str, quickbooks_id: str) -> dict[str, str | None]:
        """Return the change that makes a record name its QuickBooks record (reference 2.4)."""
        endpoint = self._registry[entity, "list"]
        text = format_external_id(quickbooks_id, form=self._form)
        return {endpoint.external_ids[0]: text}

    def add(
        self,
        entity: str,
        element: str | Element,
        *,
        before_sending: Callable[[], object] = lambda: None,
    ) -> RawRecord:
        """Create a record from its element; nothing prevents a second one, so look it up before.

        `before_sending` may stop the call at the last moment by raising.

        Where MobiWork answers with a message only (reference 3.1), the record is the one sent and
        its id is empty.

        Raises:
            ConfigurationError: adding is switched off.
            RejectedError: MobiWork refused it.
            ConnectorError: with `unknown_outcome` where the record may exist now.
        """
        endpoint = self._endpoint(entity, "add")
        sent = read(element, call=f"the {entity} to add") if isinstance(element, str) else element
        body = _wrapped(endpoint, sent)
        root = self._exchange(endpoint, body=body, before_sending=before_sending)
        return _one(root, endpoint) or RawRecord(entity, None, write(sent))

    def edit(
        self,
        entity: str,
        record_id: str,
        changes: Mapping[str, str | None],
        *,
        read: RawRecord | None = None,
    ) -> RawRecord:
        """Change elements of a record and keep all others: read, merge, write (row 29).

        `changes` is keyed by element name or path (`address/city`) in either of MobiWork's
        spellings; None empties an element. The answer is the record as MobiWork gives it back,
        which is not proof that it took every change (reference 3.3). `read` is the reading that the
        changes were planned on: what somebody typed there since is not written over.

        Raises:
            ConfigurationError: editing or viewing is switched off.
            RecordError: the record holds what nobody can read, so it cannot be sent back whole.
            RejectedError: MobiWork refused it.
            EditedMeanwhileError: what it writes over is not as it was read; nothing was sent.
            ConnectorError: with `unknown_outcome` where the change may have been made.
        """
        endpoint = self._endpoint(entity, "edit")
        with self._transport.lock:
            before = self.view(entity, record_id)
            if UNCERTAIN in before.xml:
                raise RecordError(
                    f"{entity} {record_id} of MobiWork holds bytes that are no characters, which "
                    "an edit would have to send back. Correct that in MobiWork.",
                    cause=Kind.UNREADABLE,
                )
            refuse_to_write_over(read, before, changes, twins=endpoint.twins)
            sent = edited(before.element(), changes, twins=endpoint.twins)
            body = _wrapped(endpoint, sent)
            root = self._exchange(endpoint, record_id=record_id, body=body)
        answered = _one(root, endpoint)
        return RawRecord(entity, record_id, answered.xml if answered else write(sent))

    def delete(self, entity: str, record_id: str) -> None:
        """Delete a record, never a payment, as that refunds the card; not repeated, as it writes.

        Raises:
            ConfigurationError: deleting is switched off.
            RejectedError: MobiWork refused it, with code 1010 if work orders need the customer.
        """
        self._exchange(self._endpoint(entity, "delete"), record_id=record_id)

    def find_by_external_id(self, entity: str, external_id: str) -> list[RawRecord]:
        """Return the records linked to an external id, however it is spelled (reference 2.4).

        MobiWork's filter may match parts and finds one spelling only, so every spelling is
        searched and every record checked. More than one record means that it is not unique.

        Raises:
            ConnectorError: as `records`.
        """
        endpoint = self._endpoint(entity, "list")
        found: dict[str, RawRecord] = {}
        for text in spellings(external_id, form=self._form):
            filters = {"externalId": text, **dict(endpoint.hidden_too)}
            for record in self.records(entity, filters):
                if self._is_linked(record, endpoint, external_id):
                    found.setdefault(record.id or record.xml, record)
        return list(found.values())

    def _is_linked(self, record: RawRecord, endpoint: Endpoint, external_id: str) -> bool:
        texts = (record.fields.get(name.lower()) for name in endpoint.external_ids)
        return any(
            isinstance(text, str) and same_external_id(text, external_id, form=self._form)
            for text in texts
        )

    def _endpoint(self, entity: str, operation: str) -> Endpoint:
        row = self._registry.get((entity, operation))
        if row is None:
            raise ConfigurationError(f"MobiWork has no call to {operation} {entity}.")
        if not self.supports(entity, operation):
            message = f"MobiWork's call to {operation} {entity} is only assumed and switched off;"
            raise ConfigurationError(f"{message} the capability {row.switch!r} switches it on.")
        return row

    def _exchange(
        self,
        endpoint: Endpoint,
        *,
        record_id: str | None = None,
        body: Element | None = None,
        before_sending: Callable[[], object] = lambda: None,
    ) -> Element:
        call = MobiWorkCall(
            name=f"{endpoint.operation} {endpoint.entity} {record_id or ''}".strip(),
            routes=((endpoint.method, endpoint.path), *endpoint.fallbacks),
            record_id=record_id,
            body=body,
            writes=endpoint.writes,
            before_sending=before_sending,
        )
        return self._transport.exchange(call)


def _one(root: Element, endpoint: Endpoint) -> RawRecord | None:
    found = (child for child in root if local_name(child) == endpoint.item)
    element = next(found, None)
    return None if element is None else record_of(element, endpoint)


def _wrapped(endpoint: Endpoint, record: Element) -> Element:
    request = build("request", None)
    wrapper = build(endpoint.wrapper or endpoint.item, None)
    wrapper.extend(record)
    request.append(wrapper)
    return request
