from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.attributes import UnicodeAttribute

from connector.errors import ConfigurationError, RemoteDownError
from connector.model.tokens import Tokens
from connector.store.sealing import Vault
from connector.store.table import Item
from connector.store.tokens import Age, SealedTokens, SecretItem, Secrets, StoredTokens, TokenItem

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def tokens(number: int) -> Tokens:
    return Tokens(
        access_token=f"access-{number}",
        refresh_token=f"refresh-{number}",
        obtained_at=NOON,
        access_until=NOON + timedelta(hours=1),
        refresh_until=NOON + timedelta(days=100),
        consent_until=None,
    )


@pytest.fixture
def vault(table: None, key: str) -> Vault:
    return Vault(boto3.client("kms", region_name="us-east-1"), key)


@pytest.fixture
def store(vault: Vault) -> SealedTokens:
    store = SealedTokens(vault)
    store.save_new("hvac", tokens(1))
    return store


def read(store: SealedTokens, connection_id: str = "hvac") -> StoredTokens:
    stored = store.get(connection_id)
    assert stored is not None
    return stored


def test_a_connection_without_tokens_has_none(vault: Vault) -> None:
    assert SealedTokens(vault).get("hvac") is None


def test_tokens_come_back_as_they_were_saved(store: SealedTokens) -> None:
    assert read(store).tokens == tokens(1)


def test_the_end_of_the_consent_comes_back_too(store: SealedTokens) -> None:
    known = Tokens(**{**vars(tokens(2)), "consent_until": NOON + timedelta(days=1825)})
    store.save_new("hvac", known)
    assert read(store).tokens == known


def test_nothing_readable_is_stored_but_how_old_tokens_are(
    store: SealedTokens, vault: Vault
) -> None:
    store.save(read(store), tokens(2))
    Secrets(vault).save_secret("hvac", "mobiwork", "login-and-password")
    items = boto3.client("dynamodb", region_name="us-east-1").scan(TableName="connector")["Items"]
    shown = str(items)
    assert not [text for text in ("access", "refresh", "login") if text in shown]


def test_tokens_do_not_show_in_a_representation(store: SealedTokens) -> None:
    assert "access-1" not in repr(read(store))
    assert "refresh-1" not in repr(read(store))


def test_a_save_of_what_was_read_wins(store: SealedTokens) -> None:
    assert (store.save(read(store), tokens(2)), read(store).tokens) == (True, tokens(2))


def test_a_save_of_what_others_replaced_loses(store: SealedTokens) -> None:
    seen = read(store)
    store.save(seen, tokens(2))
    assert (store.save(seen, tokens(3)), read(store).tokens) == (False, tokens(2))


def test_a_new_consent_wins_over_a_refresh_under_way(store: SealedTokens) -> None:
    seen = read(store)
    store.claim(seen, "worker-1")
    store.save_new("hvac", tokens(9))
    assert (store.save(seen, tokens(2)), read(store).tokens) == (False, tokens(9))


def test_the_tokens_before_are_kept(store: SealedTokens) -> None:
    before = read(store)
    store.save(before, tokens(2))
    assert TokenItem.get("hvac#tokens", "tokens").previous == before.sealed


def test_one_of_two_claims_wins(store: SealedTokens) -> None:
    seen = read(store)
    assert [store.claim(seen, "worker-1"), store.claim(seen, "worker-2")] == [True, False]


def test_a_claim_on_replaced_tokens_fails(store: SealedTokens) -> None:
    seen = read(store)
    store.save(seen, tokens(2))
    assert not store.claim(seen, "worker-1")


def test_a_dead_holder_can_be_replaced_by_who_saw_it(store: SealedTokens) -> None:
    store.claim(read(store), "worker-1")
    seen = read(store)
    assert [store.claim(seen, "worker-2"), store.claim(seen, "worker-3")] == [True, False]


def test_a_save_lets_go(store: SealedTokens) -> None:
    seen = read(store)
    store.claim(seen, "worker-1")
    store.save(seen, tokens(2))
    assert read(store).holder == ""


def test_a_released_claim_is_free_again(store: SealedTokens) -> None:
    store.claim(read(store), "worker-1")
    store.release("hvac", "worker-1")
    assert store.claim(read(store), "worker-2")


def test_nobody_releases_the_claim_of_another(store: SealedTokens) -> None:
    store.claim(read(store), "worker-1")
    store.release("hvac", "worker-2")
    assert read(store).holder == "worker-1"


def test_forgotten_tokens_are_gone(store: SealedTokens) -> None:
    store.forget("hvac")
    assert store.get("hvac") is None


def test_tokens_that_were_replaced_meanwhile_are_not_forgotten(store: SealedTokens) -> None:
    seen = read(store)
    store.save(seen, tokens(2))
    store.forget("hvac", seen=seen)
    assert read(store).tokens == tokens(2)
    store.forget("hvac", seen=read(store))
    assert store.get("hvac") is None


def test_a_new_consent_frees_the_right_to_refresh(store: SealedTokens) -> None:
    store.claim(read(store), "worker-1")
    store.save(read(store), tokens(2))
    store.claim(read(store), "worker-2")
    store.save_new("hvac", tokens(9))
    assert (read(store).version, read(store).holder) == (3, "")
    assert not TokenItem.get("hvac#tokens", "tokens").previous


@pytest.mark.parametrize("again", [True, False])
def test_how_old_tokens_are_is_known_without_opening_them(
    store: SealedTokens, *, again: bool
) -> None:
    newer = replace(tokens(2), obtained_at=NOON + timedelta(hours=2))
    if again:
        store.save(read(store), newer)
    else:
        store.save_new("hvac", newer)
    assert store.age("hvac") == Age(NOON + timedelta(hours=2), newer.ends_at)


@pytest.mark.parametrize("missing", [TokenItem.obtained_at, TokenItem.ends_at])
def test_how_old_tokens_of_before_are_is_not_known(
    store: SealedTokens, missing: UnicodeAttribute
) -> None:
    TokenItem("hvac#tokens", "tokens").update(actions=[missing.remove()])
    assert (store.age("hvac"), store.age("nobody")) == (None, None)


def test_a_secret_goes_when_it_is_forgotten_or_has_expired(vault: Vault) -> None:
    secrets = Secrets(vault)
    secrets.save_secret("hvac", "mobiwork", "login", until=NOON)
    assert SecretItem.get("hvac#secret", "mobiwork").expires_at == NOON.timestamp()
    secrets.forget_secret("hvac", "mobiwork")
    assert secrets.read_secret("hvac", "mobiwork") is None
    secrets.save_secret("hvac", "mobiwork", "login")
    assert SecretItem.get("hvac#secret", "mobiwork").expires_at is None


def test_tokens_of_one_connection_cannot_be_opened_as_anothers(store: SealedTokens) -> None:
    stolen = TokenItem.get("hvac#tokens", "tokens")
    stolen.pk = "thief#tokens"
    stolen.save()
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        store.get("thief")


def test_a_secret_moved_to_another_name_cannot_be_opened(vault: Vault) -> None:
    secrets = Secrets(vault)
    secrets.save_secret("hvac", "mobiwork", "login-and-password")
    moved = SecretItem.get("hvac#secret", "mobiwork")
    moved.sk = "other"
    moved.save()
    with pytest.raises(ConfigurationError, match="changed or moved"):
        secrets.read_secret("hvac", "other")


def test_a_secret_comes_back_as_it_was_saved(vault: Vault) -> None:
    secrets = Secrets(vault)
    secrets.save_secret("hvac", "mobiwork", "old")
    secrets.save_secret("hvac", "mobiwork", "new")
    assert secrets.read_secret("hvac", "mobiwork") == "new"


def test_a_secret_nobody_saved_is_none(vault: Vault) -> None:
    assert Secrets(vault).read_secret("hvac", "mobiwork") is None


def test_a_store_that_cannot_be_written_is_told_apart_from_a_lost_race(store: SealedTokens) -> None:
    seen = read(store)
    Item.delete_table()
    with pytest.raises(RemoteDownError):
        store.save(seen, tokens(2))


@pytest.mark.case("R8")
@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ThrottlingException", 400, RemoteDownError),
        ("KMSInternalException", 500, RemoteDownError),
        ("DependencyTimeoutException", 503, RemoteDownError),
        ("AccessDeniedException", 400, ClientError),
    ],
)
def test_keys_that_cannot_be_read_now_may_be_later(
    code: str, status: int, kind: type[Exception]
) -> None:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}

    def fails(**_values: object) -> None:
        raise ClientError(answer, "Decrypt")

    kms: Any = SimpleNamespace(decrypt=fails, generate_data_key=fails)
    with pytest.raises(kind):
        Vault(kms, "key").open_key("hvac", b"wrapped")
    with pytest.raises(kind):
        Vault(kms, "key").new_key("hvac")


@pytest.mark.case("R8")
def test_keys_whose_service_does_not_answer_may_be_read_later() -> None:
    def fails(**_values: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://kms.example")

    kms: Any = SimpleNamespace(decrypt=fails)
    with pytest.raises(RemoteDownError):
        Vault(kms, "key").open_key("hvac", b"wrapped")
