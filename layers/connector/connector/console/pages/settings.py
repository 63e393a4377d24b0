"""Settings by theme: choose from lists, see what a change would do, save it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import simplejson
from pydantic import JsonValue

from connector.api.choosing import choices as choosing
from connector.api.choosing import settings
from connector.api.choosing.naming import Named
from connector.api.choosing.preview import preview
from connector.api.choosing.settings import SettingsChange, ShownSettings
from connector.api.runs import search
from connector.api.runs.search import StateCount
from connector.console.asking import Go, PageRequest, Pages, PageView, Reply, one_of
from connector.console.forms import Forms
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.console.setting_groups import GROUPS, grouped
from connector.errors import RequestError
from connector.model.control.people import Role
from connector.model.policy.setting_choices import Choices
from connector.model.policy.settings import THEMES, title
from connector.model.tracking.tracked import StandsAs
from connector.services import services

pages = Pages()
SETTINGS = f"{CONNECTION}/settings"
HELD = frozenset({StandsAs.WAITING, StandsAs.REFUSED})
UNREADABLE = "The form cannot be read. Reload the page."
BY_NAME = {
    theme.__name__.removesuffix("Settings").lower().replace("bothsides", "both-sides"): theme
    for theme in THEMES
}
TITLES = {
    "posting": "Posting",
    "product": "Products",
    "customer": "Customers",
    "sales": "Sales",
    "payment": "Payments",
    "purchase": "Purchases",
    "both-sides": "Both sides",
}
"""The themes as they are called on the pages, in their order."""


@pages.get(SETTINGS)
def show_settings(asked: PageRequest) -> Reply:
    """Show the themes, and what is wrong with the settings as they are."""
    shown = settings.show(asked.connection_id)
    counts = search.counts(asked.connection_id).counts
    wrong = [(title(one.setting), _theme_of(one.setting), one) for one in shown.problems]
    used = {one.flow for one in counts}.difference(shown.settings.flows_off)
    later = [one for one in wrong if used and one[2].stops and used.isdisjoint(one[2].stops)]
    return page_of(
        asked,
        "settings.html",
        "Settings",
        shown=shown,
        themes=TITLES,
        groups=GROUPS,
        problems=[one for one in wrong if one not in later],
        later=later,
        held=_held(counts),
    )


def _held(counts: Iterable[StateCount]) -> dict[str, int]:
    """Return how many records of each flow wait or were refused; what for, the worklist tells."""
    found: dict[str, int] = {}
    for one in counts:
        if one.state in HELD:
            found[one.flow] = found.get(one.flow, 0) + one.count
    return found


def _theme_of(setting: str) -> str:
    return next(name for name, theme in BY_NAME.items() if setting in theme.model_fields)


@pages.get(f"{SETTINGS}/<theme>")
def show_theme(asked: PageRequest) -> Reply:
    """Show the settings of one theme as a form."""
    return _form(asked, settings.show(asked.connection_id))


def _form(asked: PageRequest, shown: ShownSettings) -> PageView:
    theme = asked.path["theme"]
    names = list(one_of(BY_NAME, theme, "theme").model_fields)
    fields = Forms(shown.schema, choices_of(asked.connection_id, names)).fields(
        names, values_of(shown)
    )
    return page_of(
        asked,
        "settings_theme.html",
        f"Settings: {TITLES[theme]}",
        shown=shown,
        theme=theme,
        themes=TITLES,
        groups=list(grouped(theme, fields)),
        problems={one.setting: one for one in shown.problems},
    )


@pages.post(f"{SETTINGS}/<theme>/preview", role=Role.ADMIN)
def show_preview(asked: PageRequest) -> Reply:
    """Show what a change would do before it is saved."""
    shown = settings.show(asked.connection_id)
    changes = _changes(asked, shown)
    if not changes:
        return Go(to=asked.at("settings", asked.path["theme"]), said="Nothing was changed.")
    told = preview(asked.connection_id, _change(asked, changes))
    now, named = values_of(shown), Named(choices_of(asked.connection_id, changes))
    return page_of(
        asked,
        "settings_preview.html",
        "What this would change",
        theme=asked.path["theme"],
        version=asked.value("version"),
        preview=told,
        changes=named.changes({name: now[name] for name in changes}, changes),
        sent=simplejson.dumps(changes),
        wrong=[(title(one.setting), one) for one in told.problems if one.setting in changes],
    )


@pages.post(f"{SETTINGS}/<theme>", role=Role.ADMIN)
def save(asked: PageRequest) -> Reply:
    """Save a change; what waits for it is planned again at once."""
    theme = asked.path["theme"]
    one_of(BY_NAME, theme, "theme")
    try:
        changes = simplejson.loads(asked.value("sent"))
    except ValueError as error:
        raise RequestError(UNREADABLE) from error
    if not isinstance(changes, dict):
        raise RequestError(UNREADABLE)
    settings.change(services(), asked.connection_id, _change(asked, changes), saved_by=asked.by)
    return Go(
        to=asked.at("settings", theme),
        said="Saved. Records that were waiting for it are being tried again now.",
    )


def _change(asked: PageRequest, changes: Mapping[str, JsonValue]) -> SettingsChange:
    """Return a change that may name what is not there yet: the preview tells of it."""
    told = {"version": asked.value("version"), "settings": dict(changes), "confirm_unknown": True}
    return form_of(SettingsChange, told)


def _changes(asked: PageRequest, shown: ShownSettings) -> dict[str, JsonValue]:
    """Return the settings of the theme that the form gives another value."""
    names = list(one_of(BY_NAME, asked.path["theme"], "theme").model_fields)
    form: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in asked.form:
        form[name].append(value)
    sent = Forms(shown.schema, {}).read(names, form)
    now = values_of(shown)
    return {name: value for name, value in sent.items() if _same(value) != _same(now[name])}


def _same(value: JsonValue) -> JsonValue:
    """Return a value that is the same for lists in another order, where they are sets."""
    if isinstance(value, list) and all(isinstance(it, str) for it in value):
        return [*sorted(map(str, value))]
    return value


def values_of(shown: ShownSettings) -> dict[str, JsonValue]:
    """Return all settings with their values."""
    values: dict[str, JsonValue] = shown.settings.model_dump(mode="json")
    return values


def choices_of(connection_id: str, settings: Collection[str]) -> Mapping[str, Choices]:
    """Return what some settings can be chosen from, by their names."""
    return {one.setting: one for one in choosing.choices_of(connection_id, settings)}
