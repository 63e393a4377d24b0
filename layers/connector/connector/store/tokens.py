"""The QuickBooks tokens and other secrets of a connection, sealed, and the right to refresh them.

A token item has a version, which every save moves on, and a holder: the one worker that may
refresh. Nobody compares clocks: a claim names the version and the holder it saw, and fails if
either moved.
"""

from dataclasses import dataclass, field
from datetime import datetime

import simplejson
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from connector.errors import RemoteDownError
from connector.model.tokens import Tokens
from connector.store.sealing import DataKey, Vault, seal, unseal
from connector.store.table import Item, attempt, key, read_row

SORT_KEY = "tokens"


@dataclass(frozen=True, kw_only=True)
class StoredTokens:
    """Tokens as read; what a claim or a save of them must still find.

    Attributes:
        connection_id: Whose tokens they are.
        tokens: What they are, unsealed.
        version: How often they were saved or claimed.
        holder: Who may refresh them now; empty for nobody.
        sealed: The tokens as stored.
        data_key: The key that they are sealed with.
    """

    connection_id: str
    tokens: Tokens
    version: int
    holder: str
    sealed: bytes = field(repr=False)
    data_key: DataKey = field(repr=False)


@dataclass(frozen=True)
class Age:
    """How old tokens are, and when the connection ends if they are not refreshed.

    obtained_at, ends_at: in UTC.
    """

    obtained_at: datetime
    ends_at: datetime


class TokenItem(Item):
    """The sealed tokens of one connection; the ones before are kept, to repair by hand.

    `obtained_at` and `ends_at` are what the sealed ones say, for who only asks how old they are:
    to open a key for that costs more than all else that an hour of an idle connection does.
    """

    wrapped_key = BinaryAttribute(legacy_encoding=False)
    sealed = BinaryAttribute(legacy_encoding=False)
    previous = BinaryAttribute(legacy_encoding=False, null=True)
    version = NumberAttribute()
    holder = UnicodeAttribute(null=True)
    obtained_at = UnicodeAttribute(null=True)
    ends_at = UnicodeAttribute(null=True)


class SecretItem(Item):
    """One sealed text of one connection; the table drops it after `expires_at`, if that is set."""

    wrapped_key = BinaryAttribute(legacy_encoding=False)
    sealed = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute(null=True)


class SealedTokens:
    """The tokens of all connections."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def save_new(self, connection_id: str, tokens: Tokens) -> None:
        """Store the tokens of a new consent, under a new data key; they win over any refresh."""
        data_key = self._vault.new_key(connection_id)
        _token_item(connection_id).update(
            actions=[
                TokenItem.wrapped_key.set(data_key.wrapped),
                TokenItem.sealed.set(_sealed(connection_id, data_key, tokens)),
                TokenItem.previous.remove(),
                TokenItem.holder.remove(),
                TokenItem.version.add(1),
                *_age(tokens),
            ]
        )

    def get(self, connection_id: str) -> StoredTokens | None:
        """Read the newest tokens; None if the connection has none."""
        item = read_row(TokenItem, key(connection_id, "tokens"), SORT_KEY)
        if item is None:
            return None
        data_key = self._vault.open_key(connection_id, item.wrapped_key)
        text = unseal(data_key, item.sealed, place=key(connection_id, "tokens"))
        return StoredTokens(
            connection_id=connection_id,
            tokens=_from_text(text),
            version=int(item.version),
            holder=item.holder or "",
            sealed=item.sealed,
            data_key=data_key,
        )

    def age(self, connection_id: str) -> Age | None:
        """Return how old the tokens of a connection are; None where nobody noted it."""
        item = read_row(TokenItem, key(connection_id, "tokens"), SORT_KEY)
        if item is None or item.obtained_at is None or item.ends_at is None:
            return None
        return Age(datetime.fromisoformat(item.obtained_at), datetime.fromisoformat(item.ends_at))

    def claim(self, seen: StoredTokens, owner: str) -> bool:
        """Take the right to refresh from whoever was seen to hold it, usually nobody."""
        free: Condition = TokenItem.holder.does_not_exist()
        if seen.holder:
            free = TokenItem.holder == seen.holder
        return _changed(
            seen.connection_id,
            [TokenItem.holder.set(owner)],
            (TokenItem.version == seen.version) & free,
        )

    def save(self, seen: StoredTokens, tokens: Tokens) -> bool:
        """Store what a refresh of the seen tokens gave, and let go; False if others saved first.

        Needs no call to KMS: between the answer of Intuit and this write nothing else may fail.

        Raises:
            RemoteDownError: the store cannot be written; save again, never refresh again.
        """
        sealed = _sealed(seen.connection_id, seen.data_key, tokens)
        try:
            return _changed(
                seen.connection_id,
                [
                    TokenItem.sealed.set(sealed),
                    TokenItem.previous.set(seen.sealed),
                    TokenItem.version.set(seen.version + 1),
                    TokenItem.holder.remove(),
                    *_age(tokens),
                ],
                TokenItem.version == seen.version,
            )
        except UpdateError as error:
            raise RemoteDownError("The new QuickBooks tokens cannot be stored.") from error

    def release(self, connection_id: str, owner: str) -> None:
        """Give up the right to refresh, if it is still the owner's."""
        _changed(connection_id, [TokenItem.holder.remove()], TokenItem.holder == owner)

    def forget(self, connection_id: str, *, seen: StoredTokens | None = None) -> None:
        """Remove the tokens of a connection that a person ended; if `seen`, only as they were."""
        condition = None if seen is None else TokenItem.version == seen.version
        with attempt():
            _token_item(connection_id).delete(condition=condition)


class Secrets:
    """Secret texts by name, such as the MobiWork login of a connection."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def save_secret(
        self, connection_id: str, name: str, text: str, *, until: datetime | None = None
    ) -> None:
        """Store a secret text, in place of an older one of that name; `until` lets it expire."""
        data_key = self._vault.new_key(connection_id)
        SecretItem(
            key(connection_id, "secret"),
            key(name),
            wrapped_key=data_key.wrapped,
            sealed=seal(data_key, text, place=key(connection_id, "secret", name)),
            expires_at=None if until is None else int(until.timestamp()),
        ).save()

    def read_secret(self, connection_id: str, name: str) -> str | None:
        """Read a secret text; None if there is none of that name."""
        item = read_row(SecretItem, key(connection_id, "secret"), key(name))
        if item is None:
            return None
        data_key = self._vault.open_key(connection_id, item.wrapped_key)
        return unseal(data_key, item.sealed, place=key(connection_id, "secret", name))

    def forget_secret(self, connection_id: str, name: str) -> None:
        """Remove a secret text, if there is one."""
        SecretItem(key(connection_id, "secret"), key(name)).delete()


def _token_item(connection_id: str) -> TokenItem:
    return TokenItem(key(connection_id, "tokens"), SORT_KEY)


def _age(tokens: Tokens) -> list[Action]:
    return [
        TokenItem.obtained_at.set(tokens.obtained_at.isoformat()),
        TokenItem.ends_at.set(tokens.ends_at.isoformat()),
    ]


def _changed(connection_id: str, actions: list[Action], condition: Condition) -> bool:
    with attempt() as made:
        _token_item(connection_id).update(actions=actions, condition=condition)
    return made.took_effect


def _sealed(connection_id: str, data_key: DataKey, tokens: Tokens) -> bytes:
    text = simplejson.dumps(
        {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "obtained_at": tokens.obtained_at.isoformat(),
            "access_until": tokens.access_until.isoformat(),
            "refresh_until": tokens.refresh_until.isoformat(),
            "consent_until": tokens.consent_until and tokens.consent_until.isoformat(),
        }
    )
    return seal(data_key, text, place=key(connection_id, "tokens"))


def _from_text(text: str) -> Tokens:
    stored = simplejson.loads(text)
    consent = stored["consent_until"]
    return Tokens(
        access_token=stored["access_token"],
        refresh_token=stored["refresh_token"],
        obtained_at=datetime.fromisoformat(stored["obtained_at"]),
        access_until=datetime.fromisoformat(stored["access_until"]),
        refresh_until=datetime.fromisoformat(stored["refresh_until"]),
        consent_until=datetime.fromisoformat(consent) if consent else None,
    )
