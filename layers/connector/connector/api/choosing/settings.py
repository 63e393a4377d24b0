"""The settings of a connection: shown with their problems, changed after a check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connector.api import activity
from connector.api.choosing.account_values import values_of
from connector.api.choosing.fitting import days_ahead, fitting
from connector.changes import doorbell
from connector.errors import RequestError, StaleVersionError, Wrong
from connector.model.policy.account_values import UnknownValue, unknown_values
from connector.model.policy.requirements import problems
from connector.model.policy.setting_problems import SettingProblem
from connector.model.policy.settings import Settings
from connector.store import connections
from connector.store import settings as saved

if TYPE_CHECKING:
    from connector.services import Services

CONFIRM = ' Send "confirm_unknown": true to save it anyway, in case it is added later.'


class SettingsChange(BaseModel):
    """Settings to change: those that are sent, as a whole each; all others stay as they are.

    settings: Those that are sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=0, description="The version that was read; another one is refused.")
    settings: Settings
    confirm_unknown: bool = Field(
        default=False,
        description="Save statuses, types, categories and fields that no record in MobiWork has, "
        "names that QuickBooks does not have, and start dates of more than a year ahead.",
    )


@dataclass(frozen=True)
class Version:
    """Which save the settings are from.

    Attributes:
        version: How many saves there were; 0 where there was none.
        saved_at: When; ISO 8601, UTC; None before the first.
        saved_by: Who saved them; None before the first.
    """

    version: int
    saved_at: str | None
    saved_by: str | None


@dataclass(frozen=True)
class ShownProblem:
    """What is wrong with one setting, and the flows that stop until it is mended.

    Attributes:
        only: which of their records stop, in words; None where all do.
        problem: A sentence.
        stops: The names of the flows.
    """

    setting: str
    problem: str
    stops: tuple[str, ...]
    only: str | None


@dataclass(frozen=True)
class ShownSettings:
    """The settings of a connection.

    Attributes:
        settings: every setting with its value.
        version: which save they are from; a change names its number.
        warning: what a person should look at, if anything.
        problems: what does not fit the QuickBooks company, and what MobiWork's records never say.
        schema: the JSON Schema of the settings, for whoever builds a form.
    """

    settings: Settings
    version: Version
    warning: str | None
    problems: tuple[ShownProblem, ...]
    schema: dict[str, object]


def show(connection_id: str) -> ShownSettings:
    """Return the settings with their problems, as far as the company was read before."""
    kept = saved.read_saved(connection_id)
    return ShownSettings(
        settings=kept.settings,
        version=Version(kept.version, kept.saved_at, kept.saved_by),
        warning=connections.read(connection_id).warning,
        problems=problems_with(connection_id, kept.settings),
        schema=_schema(),
    )


@cache
def _schema() -> dict[str, object]:
    """Return the JSON Schema of the settings, which takes longer to make than a page."""
    return Settings.model_json_schema()


def problems_with(connection_id: str, settings: Settings) -> tuple[ShownProblem, ...]:
    """Return what of settings does not fit the company and the account, as they are remembered."""
    company = saved.read_company(connection_id)
    found = [] if company is None else problems(settings, company)
    found += days_ahead(settings, company, datetime.now(UTC)).values()
    held = values_of(connection_id, [settings])
    unknown = [
        SettingProblem(one.setting, one.sentence, ())
        for one in unknown_values(settings, held, Settings())
    ]
    return tuple(
        ShownProblem(one.setting, one.sentence, one.flows, one.only) for one in (*found, *unknown)
    )


def change(
    services: "Services", connection_id: str, asked: SettingsChange, *, saved_by: str
) -> ShownSettings:
    """Change what was sent; what is newly named has to be there, what is not chosen yet is told.

    What waits for settings is planned again by a look that is asked for now.

    Raises:
        StaleVersionError: somebody else saved since; nothing was changed.
        RequestError: the settings contradict each other, or name what is not there on either side.
        RetriableError: QuickBooks does not answer, and what is remembered of it does not decide.
    """
    before, settings = wanted(connection_id, asked)
    now = datetime.now(UTC)
    wrong = fitting(services, connection_id, before, settings, now)
    _refuse([one for one in wrong if not (one.may_come and asked.confirm_unknown)])
    saved.save_settings(
        connection_id, settings, version=asked.version, saved_at=now.isoformat(), saved_by=saved_by
    )
    _note(connection_id, before, settings, by=saved_by)
    if settings.minutes_between_looks != before.minutes_between_looks:
        connections.set_interval(connection_id, seconds=60 * settings.minutes_between_looks)
    doorbell.look_now(services.bell, connection_id)
    return show(connection_id)


def _note(connection_id: str, before: Settings, after: Settings, *, by: str) -> None:
    old, new = before.differing(after)
    activity.note(connection_id, by=by, what="Changed the settings.", before=old, after=new)


def wanted(connection_id: str, asked: SettingsChange) -> tuple[Settings, Settings]:
    """Return the settings as they are and as they would be after a change, which fits MobiWork.

    Raises:
        StaleVersionError: somebody else saved since.
        RequestError: the settings contradict each other, or name what MobiWork does not have.
    """
    before = saved.read_saved(connection_id)
    if before.version != asked.version:
        raise StaleVersionError(
            "The settings have changed in the meantime: they are at version "
            f"{before.version}, not {asked.version}. Read them again, then make your "
            "change. Nothing was changed."
        )
    settings = _merged(before.settings, asked.settings)
    _check_values(connection_id, asked, settings, before.settings)
    return before.settings, settings


def _check_values(
    connection_id: str, asked: SettingsChange, settings: Settings, before: Settings
) -> None:
    """Refuse what is newly named on MobiWork's side and is not there.

    Raises:
        RequestError: it names each with the nearest there is, and how to save it all the same.
    """
    held = values_of(connection_id, [settings])
    found = [
        one
        for one in unknown_values(settings, held, before)
        if not (one.may_come and asked.confirm_unknown)
    ]
    _refuse(found)


def _refuse(found: Sequence[UnknownValue]) -> None:
    if not found:
        return
    may_come = CONFIRM if all(one.may_come for one in found) else ""
    raise RequestError(
        f"Nothing was saved. {' '.join(one.sentence for one in found)}{may_come}",
        errors=[Wrong(f"#/settings/{one.setting}", one.sentence) for one in found],
    )


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
