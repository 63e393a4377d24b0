import pytest

from connector.errors import ConfigurationError
from connector.mobiwork.endpoints import Endpoint, registry

# Every call with a readable page (reference 3); all others must be switched on first.
DOCUMENTED = {
    ("customer", "list"): ("POST", "customer/list.html"),
    ("customer", "view"): ("GET", "customer/{id}/view.html"),
    ("customer", "add"): ("POST", "customer/add.html"),
    ("customer", "edit"): ("POST", "customer/{id}/edit.html"),
    ("customer", "delete"): ("GET", "customer/{id}/delete.html"),
    ("product", "list"): ("POST", "product/list.html"),
    ("product", "add"): ("POST", "product/add.html"),
    ("invoice", "list"): ("POST", "invoice/list.html"),
    ("payment", "list"): ("POST", "payment/list.html"),
    ("estimate", "list"): ("POST", "estimate/list.html"),
    ("workOrder", "list"): ("POST", "workOrder/list.html"),
    ("user", "list"): ("POST", "user/list.html"),
    ("user", "edit"): ("POST", "user/{id}/edit.html"),
}


def test_only_documented_calls_are_on_by_themselves() -> None:
    on = {key: (row.method, row.path) for key, row in registry().items() if not row.switch}
    assert on == DOCUMENTED


def test_an_assumed_call_has_a_switch_of_its_own() -> None:
    assert registry()["invoice", "view"].switch == "invoice.view"


def test_nothing_of_price_lists_is_known() -> None:
    assert [entity for entity, _ in registry() if "price" in entity.lower()] == []


def test_the_payment_list_falls_back_to_the_documented_get() -> None:
    assert registry()["payment", "list"].fallbacks == (("GET", "payment/list.html"),)


def test_an_undocumented_edit_falls_back_to_update() -> None:
    assert registry()["invoice", "edit"].fallbacks == (("POST", "invoice/{id}/update.html"),)


def test_the_filters_of_the_invoice_list_are_wrapped() -> None:
    wrappers = {entity: row.wrapper for (entity, op), row in registry().items() if op == "list"}
    assert {entity for entity, wrapper in wrappers.items() if wrapper} == {"invoice"}


def test_the_id_of_an_invoice_is_sought_under_three_names() -> None:
    assert registry()["invoice", "list"].ids == ("mobiworkInvoiceId", "invoiceId", "id")


def test_a_delete_is_a_get_that_writes() -> None:
    row = registry()["customer", "delete"]
    assert (row.method, row.writes) == ("GET", True)


def test_an_override_changes_the_columns_it_names_only() -> None:
    row = registry()["invoice", "edit"]
    changed = registry({"invoice.edit": {"path": "invoice/{id}/save.html", "ids": ["number"]}})
    assert changed["invoice", "edit"] == Endpoint(
        **{**vars(row), "path": "invoice/{id}/save.html", "ids": ("number",)}
    )


def test_an_override_leaves_the_built_in_rows_alone() -> None:
    registry({"invoice.edit": {"method": "PUT"}})
    assert registry()["invoice", "edit"].method == "POST"


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        ({"spaceship.list": {"path": "x"}}, "no call 'spaceship.list'"),
        ({"invoice": {"path": "x"}}, "no call 'invoice'"),
        ({"invoice.list": {"colour": "red"}}, "'invoice.list' has no colour to override"),
        ({"invoice.list": {"ids": 7}}, "'invoice.list' is overridden wrongly in: ids"),
    ],
)
def test_an_override_that_fits_nothing_is_refused(
    overrides: dict[str, dict[str, object]], complaint: str
) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        registry(overrides)
