"""Where settings and the remembered QuickBooks company are kept, per connection."""

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from connector.company import Company
from connector.settings import Settings
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key


class SettingsItem(Item):
    """The settings of one connection; `version` counts the saves."""

    values = PackedAttribute()
    version = NumberAttribute(default=1)
    saved_at = UnicodeAttribute(default="")
    saved_by = UnicodeAttribute(default="")


class CompanyItem(Item):
    """Reference data of the QuickBooks company, to spare metered reads."""

    company = PackedAttribute()


def read_settings(connection_id: str) -> Settings:
    """Return the settings of a connection, the defaults if none were saved."""
    return read_versioned(connection_id)[0]


def read_versioned(connection_id: str) -> tuple[Settings, dict[str, Any]]:
    """Return the settings and which save they are from: version, saved_at, saved_by."""
    try:
        item = SettingsItem.get(key(connection_id, "settings"), "settings", consistent_read=True)
    except DoesNotExist:
        return Settings(), {"version": 0, "saved_at": "", "saved_by": ""}
    told = {
        "version": int(item.version),
        "saved_at": item.saved_at,
        "saved_by": item.saved_by,
    }
    return Settings.model_validate(item.values), told


def save_settings(connection_id: str, settings: Settings, *, saved_at: str, saved_by: str) -> None:
    """Save the settings of a connection."""
    SettingsItem(pk=key(connection_id, "settings"), sk="settings").update(
        actions=[
            SettingsItem.values.set(settings.model_dump(mode="json")),
            SettingsItem.version.set((SettingsItem.version | 0) + 1),
            SettingsItem.saved_at.set(saved_at),
            SettingsItem.saved_by.set(saved_by),
        ]
    )


def read_company(connection_id: str) -> Company | None:
    """Return the remembered company, if any."""
    try:
        item = CompanyItem.get(key(connection_id, "company"), "company", consistent_read=True)
    except DoesNotExist:
        return None
    return Company.model_validate(item.company)


def save_company(connection_id: str, company: Company) -> None:
    """Remember a company."""
    CompanyItem(
        pk=key(connection_id, "company"), sk="company", company=company.model_dump(mode="json")
    ).save()
