"""Settings of products: what parts and services become in QuickBooks, and their accounts."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import model_validator

from connector.model.policy.choices import Choice, setting


class ProductSettings(Choice):
    """Products and their accounts."""

    income_account: str = setting(
        "",
        "Income Account",
        when="Always: a product cannot be created in QuickBooks without it.",
    )
    cost_of_goods_account: str = setting(
        "",
        "Cost of Goods Expense Account",
        when="Always: a product cannot be created in QuickBooks without it.",
    )
    asset_account: str = setting(
        "",
        "Other Current Asset Account",
        when="Parts are created as inventory items.",
    )
    income_account_of_category: Mapping[str, str] = setting(
        {},
        "Income account by product category",
        when="For example, labor and parts belong in different income accounts.",
    )
    cost_account_of_category: Mapping[str, str] = setting(
        {},
        "Cost account by product category",
        when="The cost of some categories belongs in another account.",
    )
    handle_inventory: bool = setting(
        False,
        "Handle Inventory",
        description="Parts are created as inventory items; their opening quantity is set once.",
        when="You track stock and its value in QuickBooks, which requires a plan with inventory.",
    )
    inventory_start_date: date | None = setting(
        None,
        "Inventory start date",
        description="On or before the first document with a part; after the closing date.",
        when="Parts are inventory items and documents older than the connection are posted.",
    )
    products_as_services: bool = setting(
        False,
        "Send products to QuickBooks Online as service items",
        when="QuickBooks does not need to distinguish parts from services, or its plan has "
        "no inventory.",
    )
    non_inventory_products: frozenset[str] = setting(
        frozenset(),
        "Parts that are not inventory",
        description="MobiWork IDs of parts that become non-inventory items.",
        when="Parts are inventory items, but you do not count screws and other small parts.",
    )

    @model_validator(mode="after")
    def _either_inventory_or_services(self) -> Self:
        if self.handle_inventory and self.products_as_services:
            titles = [
                type(self).model_fields[name].title
                for name in ("handle_inventory", "products_as_services")
            ]
            raise ValueError(
                f'"{titles[0]}" and "{titles[1]}" cannot both be on: inventory items '
                "track stock, and service items cannot. Switch one off."
            )
        return self
