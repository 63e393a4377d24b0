"""The settings as they were: every version that was saved, by whom, and going back to one."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from connector.api.choosing.settings import SettingsChange
from connector.errors import NotThereError
from connector.model.policy.settings import SavedSettings, Settings
from connector.store import settings as saved


@dataclass(frozen=True, kw_only=True)
class PastVersion:
    """One version of the settings.

    Attributes:
        version: Its number.
        saved_at, saved_by: When (ISO 8601) and by whom.
        before, after: What was changed by it, by the name of the setting.
    """

    version: int
    saved_at: str | None
    saved_by: str | None
    before: Mapping[str, JsonValue]
    after: Mapping[str, JsonValue]


@dataclass(frozen=True)
class VersionPage:
    """Some versions, the latest first; `next` is what asks for those before, None at the end."""

    versions: tuple[PastVersion, ...]
    next: int | None


def list_versions(connection_id: str, *, before: int | None, limit: int) -> VersionPage:
    """Return one page of the versions of the settings, those before one of them."""
    kept = saved.read_versions(connection_id, before=before, limit=limit + 1)
    earlier = [*kept[1:], SavedSettings(Settings())]
    shown = [_past(one, than) for one, than in zip(kept, earlier, strict=True)][:limit]
    return VersionPage(tuple(shown), shown[-1].version if kept[limit:] else None)


def _past(one: SavedSettings, before: SavedSettings) -> PastVersion:
    old, new = before.settings.differing(one.settings)
    return PastVersion(
        version=one.version, saved_at=one.saved_at, saved_by=one.saved_by, before=old, after=new
    )


def to_go_back(
    connection_id: str, version: int, *, seen: int, confirm_unknown: bool = False
) -> SettingsChange:
    """Return the change that makes the settings what they were; `seen` is the version of now.

    Raises:
        NotThereError: there is no such version.
    """
    _, change, _ = compare(connection_id, version)
    return change.model_copy(update={"version": seen, "confirm_unknown": confirm_unknown})


def compare(
    connection_id: str, version: int
) -> tuple[SavedSettings, SettingsChange, Mapping[str, JsonValue]]:
    """Return a version, the change that goes back to it, and what it changes, as it is now.

    Raises:
        NotThereError: there is no such version.
    """
    then, now = read(connection_id, version), saved.read_saved(connection_id)
    before, values = now.settings.differing(then.settings)
    change = SettingsChange(version=now.version, settings=Settings.model_validate(values))
    return then, change, before


def read(connection_id: str, version: int) -> SavedSettings:
    """Return one version of the settings.

    Raises:
        NotThereError: there is none of that number.
    """
    kept = saved.read_versions(connection_id, before=version + 1, limit=1)
    if not kept or kept[0].version != version:
        raise NotThereError(f"There is no version {version} of the settings.")
    return kept[0]
