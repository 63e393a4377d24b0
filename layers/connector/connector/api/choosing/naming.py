"""Settings in words: what is kept as an id is told by the name that people chose it by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connector.model.policy.setting_choices import Choices
from connector.model.policy.settings import title

NOTHING = "nothing"
"""How a value is written that says nothing."""


@dataclass(frozen=True)
class SettingInWords:
    """One setting that changes: its title, and its value in words before and after.

    after: In words.
    """

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Named:
    """Writes the values of settings, with the names of what `choices` offers."""

    choices: Mapping[str, Choices]

    def changes(
        self, before: Mapping[str, object], after: Mapping[str, object]
    ) -> list[SettingInWords]:
        """Return the settings that change, in words."""
        return [
            SettingInWords(
                title(name), self.value(name, before.get(name)), self.value(name, after.get(name))
            )
            for name in {**before, **after}
        ]

    def value(self, setting: str, value: object) -> str:
        """Write the value of a setting in a line."""
        found = self.choices.get(setting)
        offers = (*found.mobiwork, *found.quickbooks) if found else ()
        return told(value, {one.value: one.label for one in offers})


def told(value: object, names: Mapping[str, str] = {}) -> str:
    """Write a value in a line, with the names of what it holds."""
    match value:
        case bool():
            return "yes" if value else "no"
        case None | "":
            return NOTHING
        case list() | tuple() | frozenset():
            return ", ".join(told(one, names) for one in value) or NOTHING
        case Mapping():
            return "; ".join(_entries(value, names)) or NOTHING
    return names.get(str(value), str(value))


def _entries(value: Mapping[str, object], names: Mapping[str, str]) -> Iterator[str]:
    for name, one in value.items():
        if (text := told(one, names)) != NOTHING:
            yield f"{name.replace('_', ' ')}: {text}"
