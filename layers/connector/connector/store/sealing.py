"""Seals secret text, so that the table holds nothing readable: envelope encryption under KMS.

KMS makes a data key for a connection and gives it back only for that connection; the text itself
is sealed with AES-GCM, bound to its place in the store, so that it cannot be put in another.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from connector.errors import ConfigurationError, RemoteDownError
from connector.store.trouble import passes

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

NONCE_LENGTH = 12
REMEMBERED_KEYS = 500


@dataclass(frozen=True, kw_only=True)
class DataKey:
    """A key of one connection, plain in memory and wrapped by KMS in the store.

    plain: 32 bytes, for AES-256; never printed.
    wrapped: as KMS answered it.
    """

    plain: bytes = field(repr=False)
    wrapped: bytes


class Vault:
    """Data keys from KMS; those opened once are remembered, for KMS charges by the call."""

    def __init__(self, kms: "KMSClient", key_arn: str) -> None:
        self._kms = kms
        self._key_arn = key_arn
        self._opened: dict[tuple[str, bytes], DataKey] = {}

    def new_key(self, connection_id: str) -> DataKey:
        """Make a data key for a connection.

        Raises:
            RemoteDownError: KMS is throttled or does not answer.
        """
        with _passing_trouble():
            answer = self._kms.generate_data_key(
                KeyId=self._key_arn, KeySpec="AES_256", EncryptionContext=_context(connection_id)
            )
        return DataKey(plain=answer["Plaintext"], wrapped=answer["CiphertextBlob"])

    def open_key(self, connection_id: str, wrapped: bytes) -> DataKey:
        """Open a data key; KMS refuses if it was made for another connection.

        Raises:
            RemoteDownError: KMS is throttled or does not answer.
        """
        known = self._opened.get((connection_id, wrapped))
        if known is not None:
            return known
        with _passing_trouble():
            answer = self._kms.decrypt(
                KeyId=self._key_arn,
                CiphertextBlob=wrapped,
                EncryptionContext=_context(connection_id),
            )
        opened = DataKey(plain=answer["Plaintext"], wrapped=wrapped)
        if len(self._opened) >= REMEMBERED_KEYS:
            self._opened.clear()
        self._opened[connection_id, wrapped] = opened
        return opened


@contextmanager
def _passing_trouble() -> Iterator[None]:
    """Say of a failure of KMS that it passes, where it does; a refusal stays what it is."""
    passing = "The keys of this connection cannot be read now; it is tried again automatically."
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        if passes(error):
            raise RemoteDownError(passing) from error
        raise


def seal(data_key: DataKey, text: str, *, place: str) -> bytes:
    """Encrypt text for one place in the store."""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + AESGCM(data_key.plain).encrypt(nonce, text.encode(), place.encode())


def unseal(data_key: DataKey, sealed: bytes, *, place: str) -> str:
    """Decrypt what was sealed for this place.

    Raises:
        ConfigurationError: it was sealed for another place, with another key, or was changed.
    """
    nonce, ciphertext = sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:]
    try:
        return AESGCM(data_key.plain).decrypt(nonce, ciphertext, place.encode()).decode()
    except InvalidTag as error:
        raise ConfigurationError("A stored secret was changed or moved; connect again.") from error


def _context(connection_id: str) -> dict[str, str]:
    return {"connection_id": connection_id}
