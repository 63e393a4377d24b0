"""The settings of a connection: shown with their problems, changed after a check."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connector.changes import doorbell
from connector.changes.company import read_company
from connector.errors import RequestError, StaleVersionError, Wrong
from connector.model.policy.requirements import problems
from connector.model.policy.settings import Settings
from connector.store import connections
from connector.store import settings as saved

if TYPE_CHECKING:
    from connector.services import Services


class SettingsChange(BaseModel):
    """Settings to change: those that are sent, as a whole each; all others stay as they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=0, description="The version that was read; another one is refused.")
    settings: Settings


@dataclass(frozen=True)
class Version:
    """Which save the settings are from: how many there were, when (ISO 8601) and by whom."""

    version: int
    saved_at: str | None
    saved_by: str | None


@dataclass(frozen=True)
class ShownProblem:
    """What is wrong with one setting, and the flows that stop until it is mended.

    Attributes:
        only: which of their records stop, in words; empty where all do.
    """

    setting: str
    problem: str
    stops: tuple[str, ...]
    only: str


@dataclass(frozen=True)
class ShownSettings:
    """The settings of a connection.

    Attributes:
        settings: every setting with its value.
        version: which save they are from; a change names its number.
        warning: what a person should look at, if anything.
        problems: what does not fit the QuickBooks company.
        schema: the JSON Schema of the settings, for whoever builds a form.
    """

    settings: Settings
    version: Version
    warning: str | None
    problems: tuple[ShownProblem, ...]
    schema: dict[str, Any]


def show(connection_id: str) -> ShownSettings:
    """Return the settings with their problems, as far as the company was read before."""
    kept = saved.read_saved(connection_id)
    company = saved.read_company(connection_id)
    found = [] if company is None else problems(kept.settings, company)
    return ShownSettings(
        settings=kept.settings,
        version=Version(kept.version, kept.saved_at, kept.saved_by),
        warning=connections.read(connection_id).warning,
        problems=tuple(
            ShownProblem(one.setting, one.sentence, one.flows, one.only) for one in found
        ),
        schema=Settings.model_json_schema(),
    )


def change(
    services: "Services", connection_id: str, asked: SettingsChange, *, saved_by: str
) -> ShownSettings:
    """Change what was sent; what the settings lack in QuickBooks is told, not refused.

    What waits for settings is planned again by a look that is asked for now.

    Raises:
        StaleVersionError: somebody else saved since; nothing was changed.
        RequestError: the settings contradict each other; nothing was changed.
    """
    before = saved.read_saved(connection_id)
    if before.version != asked.version:
        raise StaleVersionError(
            f"The settings were changed meanwhile: they are at version {before.version}, not "
            f"at {asked.version}. Read them again, then change them. Nothing was changed."
        )
    settings = _merged(before.settings, asked.settings)
    now = datetime.now(UTC)
    client = services.quickbooks(connection_id, connections.read(connection_id).realm_id)
    saved.save_company(connection_id, read_company(client, now=now))
    saved.save_settings(
        connection_id, settings, version=asked.version, saved_at=now.isoformat(), saved_by=saved_by
    )
    doorbell.look_now(services.bell, connection_id)
    return show(connection_id)


def _merged(before: Settings, sent: Settings) -> Settings:
    changes = {name: getattr(sent, name) for name in sent.model_fields_set}
    try:
        return Settings.model_validate(before.model_dump() | changes)
    except ValidationError as error:
        wrong = [one["msg"].removeprefix("Value error, ") for one in error.errors()]
        raise RequestError(
            f"The settings cannot be saved: {' '.join(wrong)}",
            errors=[Wrong("#/settings", one) for one in wrong],
        ) from error
