"""People who use the console, and what each may do in a connection."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.model.ids import ConnectionId

ARN, ROOT = "arn:", ":root"
"""How AWS names who calls it, and how that ends where it is the account itself."""


class Role(StrEnum):
    """What a person may do in a connection; each role may all that those before it may.

    VIEWER reads. BOOKKEEPER also decides, fixes, posts and starts runs. ADMIN also connects,
    starts, pauses and closes, changes settings, undoes runs and says who may do what.
    """

    VIEWER = "viewer"
    BOOKKEEPER = "bookkeeper"
    ADMIN = "admin"

    def may(self, needed: "Role") -> bool:
        """Tell whether this role is enough where `needed` is."""
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


def shown_caller(by: str) -> str:
    """Return who did something as a sentence names them: of a caller of AWS the last part."""
    if not by.startswith(ARN):
        return by
    if by.endswith(ROOT):
        return f"AWS account {by.split(':')[4]}"
    return by.rpartition(":")[2].rpartition("/")[2]


@dataclass(frozen=True, kw_only=True)
class Membership:
    """The role of one person in one connection.

    email: who it is, as the issuer of identities has verified, in lower case.
    by: who gave it; at: when, in UTC.
    until: when it ends unless they sign in; None once they have.
    connection_id: the connection it is for.
    role: what they may do there.
    """

    email: str
    connection_id: ConnectionId
    role: Role
    by: str
    at: datetime
    until: datetime | None = None

    @property
    def taken_up(self) -> bool:
        """Whether whoever was invited has signed in with that address."""
        return self.until is None


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A person who is signed in.

    roles: by connection; everywhere: whether they are an admin of every connection.
    signed_out_at: sessions that began before that moment are void.
    email: verified by the issuer, in lower case.
    name: as the issuer tells it; empty where it tells none.
    """

    email: str
    name: str
    roles: dict[ConnectionId, Role]
    everywhere: bool = False
    signed_out_at: datetime | None = None

    def role_in(self, connection_id: ConnectionId) -> Role | None:
        """Return their role in a connection; None where they have none."""
        return Role.ADMIN if self.everywhere else self.roles.get(connection_id)
