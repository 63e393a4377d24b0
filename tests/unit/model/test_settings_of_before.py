import pytest

from connector.model.policy.settings import Settings


@pytest.mark.parametrize("name", ["invoice_statuses", "expense_statuses"])
def test_a_choice_of_no_status_means_the_default(name: str) -> None:
    """It meant all of them once, and every save wrote it down."""
    saved = Settings.model_validate({name: []})
    assert getattr(saved, name) == getattr(Settings(), name) != ()


def test_a_choice_of_statuses_is_kept() -> None:
    assert Settings(invoice_statuses=("Counter",)).invoice_statuses == ("Counter",)
