"""What a bookkeeper chooses per connection; pulling needs none of it."""

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of one connection, each an id or an exact, case-sensitive name in QuickBooks."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    income_account: str = Field(default="", title="Income Account")
    cost_of_goods_account: str = Field(default="", title="Cost of Goods Expense Account")
    invoice_statuses: tuple[str, ...] = Field(
        default=(),
        title="Invoice statuses to push",
        description="Empty means every status.",
    )
    send_tax: bool = Field(
        default=True,
        title="Send MobiWork's sales tax",
        description="Ask QuickBooks to use the tax on the MobiWork invoice instead of its own.",
    )


def title(setting: str) -> str:
    """Return the words a person knows a setting by."""
    return Settings.model_fields[setting].title or setting
