from typing import Any

import pytest

from connector.entities.payments import push as push_payments
from connector.errors import OPEN_SETTINGS, MissingMappingsError
from connector.model.policy.accounts import DEPOSIT
from connector.model.policy.requirements import problems
from tests.builders import a_company, settings
from tests.unit.entities.payments.paying import known, read


def deposited(**chosen: Any) -> Any:
    body = push_payments.to_qbo(read(paymentMethod="Check"), known(**chosen))
    return body.get("DepositToAccountRef", {}).get("value")


def accounts() -> list[Any]:
    return [one for one in a_company().accounts if DEPOSIT.allows(one)]


@pytest.mark.case("M26")
def test_payments_go_to_the_deposit_account_unless_their_type_has_its_own() -> None:
    first, second, *_ = accounts()
    assert deposited() is None
    assert deposited(deposit_account=first.name) == first.id
    chosen = {"deposit_account": first.name, "deposit_accounts": {"Check": second.name}}
    assert deposited(**chosen) == second.id


@pytest.mark.case("M26a")
def test_a_deposit_account_of_another_kind_is_told_when_it_is_chosen() -> None:
    (wrong,) = problems_of(deposit_account="Sales")
    assert wrong.setting == "deposit_account"
    assert wrong.sentence.startswith(
        'The setting "Deposit account" says "Sales", which is an account of type Income; it must '
        "be Bank or Other Current Asset."
    )


def problems_of(**chosen: Any) -> list[Any]:
    found = problems(settings(**chosen), a_company())
    return [one for one in found if one.flows == DEPOSIT.flows]


@pytest.mark.case("M26b")
def test_a_method_that_quickbooks_does_not_have_is_asked_about_where_that_was_chosen() -> None:
    payment = read(paymentMethod="Venmo")
    assert "PaymentMethodRef" not in push_payments.to_qbo(payment, known())
    with pytest.raises(MissingMappingsError) as refused:
        push_payments.to_qbo(payment, known(missing_payment_methods="ask"))
    assert refused.value.problems == (
        'QuickBooks has no payment method "Venmo". Add it there (Settings, All lists, Payment '
        'methods), or choose in the setting "Payment method by MobiWork payment type" which one '
        "it is.",
    )
    mapped: dict[str, Any] = {
        "payment_methods": {"Venmo": "Cash"},
        "missing_payment_methods": "ask",
    }
    assert push_payments.to_qbo(payment, known(**mapped))["PaymentMethodRef"] == {"value": "1"}


@pytest.mark.case("F12")
@pytest.mark.parametrize(
    "chosen",
    [{"deposit_accounts": {"Check": "Chekking"}}, {"payment_methods": {"Check": "Chek"}}],
)
def test_a_typo_for_one_payment_type_refuses_payments_of_that_type_alone(
    chosen: dict[str, Any],
) -> None:
    with pytest.raises(MissingMappingsError) as refused:
        push_payments.to_qbo(read(paymentMethod="Check"), known(**chosen))
    assert refused.value.fixes[0] == OPEN_SETTINGS
    assert "Check" in refused.value.problems[0]
    assert push_payments.to_qbo(read(paymentMethod="Card"), known(**chosen))["TotalAmt"]
