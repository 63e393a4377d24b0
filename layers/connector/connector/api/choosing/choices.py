"""The pick lists of settings: from what is remembered of both sides, without a call."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from connector.api.choosing.account_values import names_of, values_of
from connector.engine.stores import DYNAMODB, Store
from connector.errors import RequestError
from connector.model.policy.account_values import IDS
from connector.model.policy.setting_choices import Choices, choices
from connector.model.policy.setting_problems import nearest
from connector.model.policy.settings import Settings

MOST = 100
"""So many of each side are shown; a search finds the others."""


@dataclass(frozen=True)
class ShownChoices:
    """What settings can be chosen from, in the order of the settings.

    choices: One for each setting.
    """

    choices: tuple[Choices, ...]


def show_choices(
    connection_id: str, *, setting: str = "", search: str = "", store: Store = DYNAMODB
) -> ShownChoices:
    """Return what settings can be chosen from, or one of them.

    Raises:
        RequestError: there is no setting of that name.
    """
    if setting and setting not in Settings.model_fields:
        near = nearest(setting, Settings.model_fields)
        raise RequestError(f"There is no setting {setting!r}.{near}")
    wanted = [setting] if setting else [*Settings.model_fields]
    return ShownChoices(tuple(choices_of(connection_id, wanted, search=search, store=store)))


def choices_of(
    connection_id: str, settings: Collection[str], *, search: str = "", store: Store = DYNAMODB
) -> Iterator[Choices]:
    """Yield what some settings can be chosen from; names of records are read where they are."""
    if not settings:
        return
    kept = store.settings.read_settings(connection_id)
    held = values_of(connection_id, (), store, with_probe="capabilities" in settings)
    wanted = {entity for name, entity in IDS.items() if name in settings}
    held = replace(held, names={one: names_of(connection_id, one, store) for one in wanted})
    company = store.settings.read_company(connection_id)
    found = choices(kept, company, held, search=search, most=MOST)
    yield from (one for one in found if one.setting in settings)
