"""Digests: what needs somebody, sent to the people of a connection when it is due."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connector.api.worklist.reading import OpenEntry, read_open
from connector.api.worklist.words import title_of
from connector.engine.stores import DYNAMODB, Store
from connector.errors import ConfigurationError
from connector.model.connection import Connection, ConnectionState, Phase
from connector.model.control.digests import WEEK, Digest, NeedsSomebody, due_since
from connector.model.control.people import Role
from connector.model.outcomes import Sum, by_kind, over_kinds
from connector.model.policy.days import zone_of
from connector.model.policy.settings import Settings
from connector.store import connections
from connector.store.control import digests, people

if TYPE_CHECKING:
    from mypy_boto3_sesv2.type_defs import EmailContentTypeDef

    from connector.services import Services

type Send = Callable[[Digest, Connection, tuple[str, ...]], None]


@dataclass(frozen=True)
class DigestsSent:
    """How many digests were due, and of how many connections sending failed.

    sent, failed: How many.
    """

    sent: int
    failed: int


def send_due(services: "Services", *, now: datetime | None = None) -> DigestsSent:
    """Send every digest that is due and tells anything; one that fails stops no other.

    Raises:
        ConfigurationError: nothing can be sent as this is deployed; said after all were tried.
    """
    at, sent = now or datetime.now(UTC), list[bool]()
    failed = connections.each(lambda one: sent.append(send_one(services, one, now=at)))
    if failed:
        raise ConfigurationError(f"{failed} digests could not be sent; the log says why.")
    return DigestsSent(sum(sent), failed)


def send_one(
    services: "Services", connection_id: str, *, now: datetime, store: Store = DYNAMODB
) -> bool:
    """Send the digest of a connection if it is due; tell whether one was sent."""
    connection = connections.read(connection_id)
    settings = store.settings.read_settings(connection_id)
    company = store.settings.read_company(connection_id)
    zone = zone_of(settings, company)
    due = due_since(now, every=settings.digest, hour=settings.digest_hour, zone=zone)
    before = digests.latest(connection_id)
    if connection.phase is Phase.CLOSED or due is None or (before and before >= due):
        return False
    if not digests.claim(connection_id, due=due, now=now):
        return False
    digest = digest_of(services, connection, due=due, before=before, store=store)
    to = readers(connection_id, settings)
    if not digest.is_news:
        return False
    _publish(services, digest, connection)
    return _mail(services, digest, to) or bool(services.config.digest_topic_arn)


def digest_of(
    services: "Services",
    connection: Connection,
    *,
    due: datetime,
    before: datetime | None,
    store: Store = DYNAMODB,
) -> Digest:
    """Return what a digest of a connection tells; to the first one everything is new."""
    own = connection.connection_id
    by_cause = defaultdict[str, list[OpenEntry]](list)
    for one in read_open(own, store).entries:
        if not one.is_child:
            by_cause[title_of(one.cause)].append(one)
    needed = [_needed(title, some, before) for title, some in by_cause.items()]
    needed.sort(key=lambda one: (-(one.found.worth or 0), -one.found.count, one.title))
    works = connection.state == ConnectionState.ACTIVE
    return Digest(
        company=connection.company_name,
        broken=None if works else connection.reason or str(connection.state),
        needed=tuple(needed),
        posted=digests.written_since(own, before or due - WEEK),
        console=f"{services.config.api_url}/console/connections/{own}/worklist",
    )


def _needed(title: str, some: list[OpenEntry], before: datetime | None) -> NeedsSomebody:
    kinds = by_kind((one.item.flow, Sum(1, one.item.worth)) for one in some)
    return NeedsSomebody(
        title, over_kinds(kinds), sum(not before or one.since > before for one in some)
    )


def readers(connection_id: str, settings: Settings) -> tuple[str, ...]:
    """Return who gets the digest: of those who are named, or of all, who may see it."""
    found = people.of_connection(connection_id)
    may = {one.email: one.role for one in found if one.taken_up}
    if settings.digest_to:
        return tuple(sorted(own for own in map(str.lower, settings.digest_to) if own in may))
    return tuple(sorted(own for own, role in may.items() if role.may(Role.BOOKKEEPER)))


def _publish(services: "Services", digest: Digest, connection: Connection) -> None:
    """Tell the topic of the deployment, where whoever wants takes it from."""
    if not services.config.digest_topic_arn:
        return
    services.topics.publish(
        TopicArn=services.config.digest_topic_arn,
        Subject=_line(digest.subject),
        Message=digest.text,
        MessageAttributes={
            "connection_id": {"DataType": "String", "StringValue": connection.connection_id},
            "needs_somebody": {"DataType": "String", "StringValue": str(digest.needs_somebody)},
        },
    )


def _mail(services: "Services", digest: Digest, to: tuple[str, ...]) -> bool:
    """Send it to each reader in a mail of its own; tell whether there was one."""
    if not services.config.digest_sender or not to:
        return False
    content: EmailContentTypeDef = {
        "Simple": {
            "Subject": {"Data": digest.subject, "Charset": "UTF-8"},
            "Body": {"Text": {"Data": digest.text, "Charset": "UTF-8"}},
        }
    }
    for one in to:
        services.mail.send_email(
            FromEmailAddress=services.config.digest_sender,
            Destination={"ToAddresses": [one]},
            Content=content,
        )
    return True


def _line(text: str) -> str:
    """Return a subject as services take it: one line of at most a hundred characters, in ASCII."""
    return text.encode("ascii", "replace").decode().replace("\n", " ")[:100]
