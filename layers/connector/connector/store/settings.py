"""Where settings and the remembered QuickBooks company are kept, per connection."""

from collections.abc import Callable
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, VersionAttribute

from connector.errors import RetriableError, StaleVersionError
from connector.model.company import Company
from connector.model.ids import FlowName
from connector.model.policy.settings import Replay, SavedSettings, Settings
from connector.model.policy.widening import widened
from connector.store.packing import PackedAttribute
from connector.store.table import Item, attempt, key, read_mixed, read_row, transaction

TRIES = 5
REPLAY = "replay"
PLANNED_WITH = "planned-with"
VERSION, MOST_VERSIONS = "version-", 999_999
STALE = "Someone else just saved the settings. Read them again, then make your change."


class SettingsRow(Item):
    """The settings of one connection; `version` counts the saves and guards against another one."""

    values = PackedAttribute()
    version = VersionAttribute()
    saved_at = UnicodeAttribute(default="")
    saved_by = UnicodeAttribute(default="")
    to_compare = PackedAttribute(null=True)


class ReplayRow(Item):
    """That what waits for settings is to be planned again, for which version of them.

    `again_at` is from when on that is done once more, where it was done once.
    """

    version = NumberAttribute()
    again_at = UnicodeAttribute(null=True)


class PlannedWithRow(Item):
    """The fingerprint of the company that refusals were last planned with."""

    facts = UnicodeAttribute()


class CompanyRow(Item):
    """Reference data of the QuickBooks company, to spare metered reads.

    `version` counts the saves and guards a change against another one.
    """

    company = PackedAttribute()
    version = VersionAttribute()


def read_settings(connection_id: str) -> Settings:
    """Return the settings of a connection, the defaults if none were saved."""
    return read_saved(connection_id).settings


def read_saved(connection_id: str) -> SavedSettings:
    """Return the settings and which save they are from."""
    row = _read_settings(connection_id)
    return SavedSettings(Settings()) if row is None else saved_in(row)


def read_with_company(connection_id: str) -> tuple[SavedSettings, Company | None]:
    """Return the settings, which save they are from, and the remembered company, if any."""
    own, company = (key(connection_id, one) for one in ("settings", "company"))
    saved, known = SavedSettings(Settings()), None
    for row in read_mixed({(own, "settings"): SettingsRow, (company, "company"): CompanyRow}):
        match row:
            case SettingsRow():
                saved = saved_in(row)
            case CompanyRow():
                known = Company.model_validate(row.company)
    return saved, known


def read_versions(
    connection_id: str, *, before: int | None = None, limit: int
) -> list[SavedSettings]:
    """Return at most so many of the versions before one of them, the latest first."""
    if before is not None and before <= 1:
        return []
    rows = SettingsRow.query(
        key(connection_id, "settings"),
        SettingsRow.sk.between(_place(1), _place(MOST_VERSIONS if before is None else before - 1)),
        scan_index_forward=False,
        limit=limit,
        consistent_read=True,
    )
    return [saved_in(row, int(row.sk.removeprefix(VERSION))) for row in rows]


def _place(version: int) -> str:
    """Return the sort key of a version."""
    return f"{VERSION}{version:06}"


def saved_in(row: SettingsRow, version: int | None = None) -> SavedSettings:
    """Return the settings as a row has them."""
    return SavedSettings(
        Settings.model_validate(row.values),
        version=int(row.version) if version is None else version,
        saved_at=row.saved_at or None,
        saved_by=row.saved_by or None,
        to_compare=row.to_compare or {},
    )


def _read_settings(connection_id: str) -> SettingsRow | None:
    return read_row(SettingsRow, key(connection_id, "settings"), "settings")


def save_settings(
    connection_id: str,
    settings: Settings,
    *,
    saved_at: str,
    saved_by: str,
    version: int | None = None,
) -> None:
    """Save the settings of a connection; every version is kept, with when and by whom.

    What waits for settings is to be planned again afterwards (`replay_due`).

    `version` is the one that was read and is changed; without it, the newest.

    Raises:
        StaleVersionError: somebody else saved since, or at the same moment.
    """
    pk = key(connection_id, "settings")
    row = _read_settings(connection_id) or SettingsRow(pk=pk, sk="settings")
    if version not in (None, int(row.version or 0)):
        raise StaleVersionError(STALE)
    saved = int(row.version or 0) + 1
    to_compare = _to_compare(row, settings, saved)
    copy = SettingsRow(pk=pk, sk=_place(saved))
    for one in (row, copy):
        one.values, one.saved_at, one.saved_by = (
            settings.model_dump(mode="json"),
            saved_at,
            saved_by,
        )
        one.to_compare = to_compare
    with attempt() as made, transaction() as write:
        write.save(row)
        write.save(copy)
        write.save(ReplayRow(pk=pk, sk=REPLAY, version=saved))
    if not made.took_effect:
        raise StaleVersionError(STALE)


def _to_compare(row: SettingsRow, settings: Settings, version: int) -> dict[FlowName, int]:
    """Return which flows may post more since which save."""
    before = Settings.model_validate(row.values) if row.version else Settings()
    more = dict.fromkeys(sorted(widened(before, settings)), version)
    return {**(row.to_compare or {}), **more}


def replay_due(connection_id: str, *, now: datetime | None = None) -> Replay | None:
    """Return for what waits for settings is to be planned again by now, if for any."""
    row = read_row(ReplayRow, key(connection_id, "settings"), REPLAY)
    return None if row is None else due_in(row, now=now)


def due_in(row: ReplayRow, *, now: datetime | None = None) -> Replay | None:
    """Return what a row has planned again by now, if anything."""
    if row.again_at and datetime.fromisoformat(row.again_at) > (now or datetime.now(UTC)):
        return None
    return Replay(int(row.version), once_more=row.again_at is not None)


def note_replayed(
    connection_id: str,
    version: int,
    *,
    again_at: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """Note that what was due `now` was planned again, unless the settings were saved since.

    It is due once more at `again_at`, if that is given, or when that was asked for meanwhile.
    """
    row = ReplayRow(pk=key(connection_id, "settings"), sk=REPLAY)
    same = ReplayRow.version == version
    with attempt():
        if again_at is None:
            by_now = ReplayRow.again_at <= (now or datetime.now(UTC)).isoformat()
            row.delete(condition=same & (ReplayRow.again_at.does_not_exist() | by_now))
        else:
            row.update(actions=[ReplayRow.again_at.set(again_at.isoformat())], condition=same)


def replay_later(connection_id: str, at: datetime) -> None:
    """Have what waits for settings planned again then, unless that is to be done anyway."""
    row = ReplayRow(pk=key(connection_id, "settings"), sk=REPLAY)
    with attempt():
        row.update(
            actions=[
                ReplayRow.again_at.set(at.isoformat()),
                ReplayRow.version.set(ReplayRow.version | 0),
            ],
            condition=ReplayRow.pk.does_not_exist() | ReplayRow.again_at.exists(),
        )


def planned_with(connection_id: str) -> str | None:
    """Return the fingerprint of the company that refusals were last planned with."""
    row = read_row(PlannedWithRow, key(connection_id, "company"), PLANNED_WITH)
    return None if row is None else row.facts


def note_planned_with(connection_id: str, facts: str) -> None:
    """Remember the fingerprint of the company that refusals are planned with."""
    PlannedWithRow(pk=key(connection_id, "company"), sk=PLANNED_WITH, facts=facts).save()


def read_company(connection_id: str) -> Company | None:
    """Return the remembered company, if any."""
    item = read_row(CompanyRow, key(connection_id, "company"), "company")
    return None if item is None else Company.model_validate(item.company)


def change_company(connection_id: str, change: Callable[[Company], Company]) -> None:
    """Change what is remembered, if anything is; what others change meanwhile is kept."""
    for _ in range(TRIES):
        item = read_row(CompanyRow, key(connection_id, "company"), "company")
        if item is None:
            return
        before = Company.model_validate(item.company)
        if (after := change(before)) == before or _replaced(item, after):
            return
    raise RetriableError("What is remembered of the company is being changed all the time.")


def _replaced(item: CompanyRow, after: Company) -> bool:
    """Store what is changed; what was never read of it is not there afterwards either."""
    item.company = after.model_dump(mode="json", exclude_unset=True)
    with attempt() as made:
        item.save()
    return made.took_effect


def save_company(connection_id: str, company: Company) -> None:
    """Remember a company, whatever was remembered before; who changes that now starts again."""
    CompanyRow(pk=key(connection_id, "company"), sk="company", version=0).update(
        actions=[CompanyRow.company.set(company.model_dump(mode="json"))],
        add_version_condition=False,
    )
