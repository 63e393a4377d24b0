import pytest

from connector.api.doorbell_secret import digest_of, is_known, new_secret

SECRET = "q7Xo2vJ0mD5cR8tY1uB4nW6kF9hS3zL_pGaEiQxVdN0"  # noqa: S105 - invented


def test_a_secret_is_known_by_its_digest() -> None:
    assert is_known(SECRET, digest_of(SECRET))


@pytest.mark.parametrize(
    "secret", ["", "x", SECRET[:-1], SECRET + "0", digest_of(SECRET), "\ud800"]
)
def test_any_other_is_not(secret: str) -> None:
    assert not is_known(secret, digest_of(SECRET))


@pytest.mark.parametrize("secret", ["", "-", SECRET])
def test_without_a_digest_no_secret_is_known(secret: str) -> None:
    assert not is_known(secret, "")


def test_a_digest_does_not_show_its_secret() -> None:
    assert SECRET not in digest_of(SECRET)


def test_new_secrets_are_long_and_differ() -> None:
    made = {new_secret() for _ in range(100)}
    assert (len(made), min(map(len, made))) == (100, 43)
