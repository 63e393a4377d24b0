import pytest

from connector.mobiwork.external_id import native_id


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("74,QBO", "{id},QBO", "74"),
        ("74, qbo", "{id},QBO", "74"),
        ("QB-74", "QB-{id}", "74"),
        ("74,QBO", "QB-{id}", "74"),
        ("74", "{id},QBO", None),
        ("74", "QB-{id}", None),
        ("S-74", "QB-{id}", None),
        ("", "{id},QBO", None),
    ],
)
def test_an_external_id_names_a_record_in_the_own_form_or_the_native_one(
    text: str, form: str, found: str | None
) -> None:
    assert native_id(text, form) == found
