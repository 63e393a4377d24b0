"""Where settings and the remembered QuickBooks company are kept, per connection."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError

from connector.errors import RetriableError
from connector.model.company import Company
from connector.model.settings import Settings
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key, lost_condition, transaction

LONG_AGO = "1970-01-01T00:00:00+00:00"
TRIES = 5


class SettingsItem(Item):
    """The settings of one connection; `version` counts the saves."""

    values = PackedAttribute()
    version = NumberAttribute(default=1)
    saved_at = UnicodeAttribute(default="")
    saved_by = UnicodeAttribute(default="")


class CompanyItem(Item):
    """Reference data of the QuickBooks company, to spare metered reads.

    `mark` tells one save from another.
    """

    company = PackedAttribute()
    mark = UnicodeAttribute(default="")


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
    """Save the settings of a connection; every version is kept, with when and by whom.

    Raises:
        RetriableError: somebody else saved at the same moment.
    """
    version = int(read_versioned(connection_id)[1]["version"])
    told: dict[str, Any] = {
        "pk": key(connection_id, "settings"),
        "values": settings.model_dump(mode="json"),
        "version": version + 1,
        "saved_at": saved_at,
        "saved_by": saved_by,
    }
    unchanged = SettingsItem.pk.does_not_exist() | (SettingsItem.version == version)
    try:
        with transaction() as write:
            write.save(SettingsItem(sk="settings", **told), condition=unchanged)
            write.save(SettingsItem(sk=f"version-{version + 1:06}", **told))
    except TransactWriteError as error:
        if lost_condition(error):
            raise RetriableError("Somebody else saved the settings just now.") from error
        raise


def versions(connection_id: str) -> list[tuple[int, str, str]]:
    """Return (version, saved_at, saved_by) of every save, the first one first."""
    found = SettingsItem.query(
        key(connection_id, "settings"), SettingsItem.sk.startswith("version-")
    )
    return [(int(item.version), item.saved_at, item.saved_by) for item in found]


def read_company(connection_id: str) -> Company | None:
    """Return the remembered company, if any."""
    try:
        item = CompanyItem.get(key(connection_id, "company"), "company", consistent_read=True)
    except DoesNotExist:
        return None
    return Company.model_validate(item.company)


def age_company(connection_id: str) -> None:
    """Let what is remembered of a company count as old, so that it is read again."""
    change_company(connection_id, lambda company: company.model_copy(update={"read_at": LONG_AGO}))


def change_company(connection_id: str, change: Callable[[Company], Company]) -> None:
    """Change what is remembered, if anything is; what others change meanwhile is kept."""
    for _ in range(TRIES):
        try:
            item = CompanyItem.get(key(connection_id, "company"), "company", consistent_read=True)
        except DoesNotExist:
            return
        before = Company.model_validate(item.company)
        if (after := change(before)) == before or _replaced(item, after):
            return
    raise RetriableError("What is remembered of the company is being changed all the time.")


def _replaced(item: CompanyItem, after: Company) -> bool:
    same = CompanyItem.mark == item.mark
    item.company, item.mark = after.model_dump(mode="json"), token_hex(8)
    try:
        item.save(condition=same | CompanyItem.mark.does_not_exist())
    except PutError as error:
        if lost_condition(error):
            return False
        raise
    return True


def save_company(connection_id: str, company: Company) -> None:
    """Remember a company."""
    CompanyItem(
        pk=key(connection_id, "company"),
        sk="company",
        company=company.model_dump(mode="json"),
        mark=token_hex(8),
    ).save()
