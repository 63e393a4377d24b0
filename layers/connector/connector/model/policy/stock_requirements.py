"""What inventory items need of settings and company."""

from collections.abc import Iterator

from connector.model.company import Company
from connector.model.policy.accounts import PRODUCTS, STOCKED
from connector.model.policy.setting_problems import SettingProblem
from connector.model.policy.settings import Settings, title


def inventory_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    """Yield why parts cannot become inventory items, where they are to."""
    if not settings.handle_inventory:
        return
    setting = title("handle_inventory")
    if not company.tracks_quantity:
        yield SettingProblem(
            "handle_inventory",
            f'"{setting}" is on, but {company.name} does not track quantities in QuickBooks '
            f"({company.edition or 'its plan'}). Switch on inventory tracking there (a Plus or "
            f'Advanced plan has it), or switch "{setting}" off.',
            PRODUCTS,
            STOCKED,
        )
    yield from _start_date_problems(settings, company)


def _start_date_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    start, named = settings.inventory_start_date, title("inventory_start_date")
    if start is None:
        yield SettingProblem(
            "inventory_start_date",
            f'The setting "{named}" is empty. Choose a day on or before the first invoice with a '
            "part, after the closing date of the books.",
            PRODUCTS,
            STOCKED,
        )
    elif company.closed_until and start.isoformat() <= company.closed_until:
        yield SettingProblem(
            "inventory_start_date",
            f'The setting "{named}" says {start}, but the books are closed up to '
            f"{company.closed_until}. Choose a later day.",
            PRODUCTS,
            STOCKED,
        )
