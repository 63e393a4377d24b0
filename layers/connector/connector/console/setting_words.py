"""Settings in words: what is kept as an id is told by the name that people chose it by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from connector.model.policy.setting_choices import Choices
from connector.model.policy.settings import title


@dataclass(frozen=True)
class Change:
    """One setting that changes: its title, and its value in words before and after."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Named:
    """Writes the values of settings, with the names of what `choices` offers."""

    choices: Mapping[str, Choices]

    def changes(
        self, before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]
    ) -> list[Change]:
        """Return the settings that change, in words."""
        return [
            Change(
                title(name), self.value(name, before.get(name)), self.value(name, after.get(name))
            )
            for name in {**before, **after}
        ]

    def value(self, setting: str, value: JsonValue) -> str:
        """Write the value of a setting in a line."""
        found = self.choices.get(setting)
        offers = (*found.mobiwork, *found.quickbooks) if found else ()
        return _told(value, {one.value: one.label for one in offers})


def _told(value: JsonValue, names: Mapping[str, str]) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None | "" | [] | {}:
            return "nothing"
        case list():
            return ", ".join(_told(one, names) for one in value)
        case dict():
            return "; ".join(_entries(value, names)) or "nothing"
    return names.get(str(value), str(value))


def _entries(value: Mapping[str, JsonValue], names: Mapping[str, str]) -> Iterator[str]:
    for name, one in value.items():
        if one not in (None, "", [], {}):
            yield f"{name.replace('_', ' ')}: {_told(one, names)}"
