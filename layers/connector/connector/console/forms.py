"""Settings as fields of a form, and back: both from the JSON Schema of the settings.

A field is named by its path, such as `payment_methods.0.value`; a list or a mapping has one empty
row more than it has entries, which becomes an entry when it is filled in. A mapping of which only
some names are possible has a row for each of these; one that is left empty is no entry.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from connector.model.body import Json
from connector.model.policy.account_values import BY_KIND, FLOWS
from connector.model.policy.postable import letters_and_digits
from connector.model.policy.setting_choices import Choices, Offer

type Sent = Mapping[str, Sequence[str]]
"""The fields of a form as a browser sends them, each with its values in their order."""
ROWS_AT_MOST = 500
ONE, LINES, KEYS, VALUES = "one", "lines", "keys", "values"
"""What a field is to its setting: its value, its lines, or a side of what it maps."""


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field, or a group of them.

    kind: text, number, date, flag, select, choice, fixed, lines, map, rows, row or group.
    title, help, when: what it is called, does, and is for.
    value: as the settings have it, lines: as a list has it.
    options: what a select offers; offers: what a choice or a text may name.
    closed: whether there is nothing else to name.
    rows: of a map or a list of groups, its rows; fields: of a group, its fields.
    name: of the input in the form.
    """

    name: str
    kind: str
    title: str
    value: str | int | bool | None = None
    lines: tuple[str, ...] = ()
    help: str = ""
    when: str = ""
    options: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    closed: bool = False
    rows: tuple["FormField", ...] = ()
    fields: tuple["FormField", ...] = ()

    @property
    def meant(self) -> Offer | None:
        """What is offered that the value names: by its id, or by its name as people type it."""
        named = [one for one in self.offers if one.value == self.value] or [
            one for one in self.offers if one.label.casefold() == str(self.value).strip().casefold()
        ]
        return named[0] if len(named) == 1 else None


class Forms:
    """Makes and reads the fields of one schema; `choices` are what each setting may name."""

    def __init__(self, schema: Json, choices: Mapping[str, Choices]) -> None:
        self._schema = schema
        self._choices = choices

    def fields(
        self, names: Sequence[str], values: Mapping[str, JsonValue]
    ) -> tuple[FormField, ...]:
        """Return the fields of some settings with their values."""
        return tuple(
            self._field(name, self._property(name), values.get(name), ONE) for name in names
        )

    def read(self, names: Sequence[str], form: Sent) -> dict[str, JsonValue]:
        """Return the values that a form gives some settings, as JSON.

        A browser sends nothing of a box without a tick; others were not in the form then.
        """
        return {
            name: self._read(name, self._property(name), form)
            for name in names
            if self._is_flag(name) or any(one.partition(".")[0] == name for one in form)
        }

    def _is_flag(self, name: str) -> bool:
        return _kind(self._whole(self._property(name))) == "flag"

    def _property(self, name: str) -> Json:
        found: Json = self._schema["properties"][name]
        return found

    def _whole(self, schema: Json) -> Json:
        """Return a schema with what it refers to; the other of two where one is null."""
        if "anyOf" in schema:
            [schema_of] = [one for one in schema["anyOf"] if one.get("type") != "null"]
            return {**schema, **self._whole(schema_of)}
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return {**self._whole(self._schema["$defs"][name]), **schema}
        return schema

    def _field(self, name: str, schema: Json, value: JsonValue, part: str) -> FormField:
        known = self._whole(schema)
        kind = _kind(known)
        field = self._named(name, known, kind)
        match kind:
            case "lines":
                options = tuple(str(one) for one in self._whole(known["items"]).get("enum", ()))
                offers = self._offers(name, LINES)
                if name in FLOWS:
                    told = field.help.partition(" Written as ")[0]
                    field = replace(field, help=told, closed=True)
                return _ticked(replace(field, lines=_texts(value), options=options, offers=offers))
            case "map":
                return replace(field, rows=tuple(self._map(name, known, _mapping(value))))
            case "rows":
                return replace(field, rows=tuple(self._rows(name, known, value)))
            case "group":
                return replace(field, fields=tuple(self._group(name, known, _mapping(value))))
        options = tuple(str(one) for one in known.get("enum", ()))
        offers = self._offers(name, part) if kind == "text" else ()
        chosen = offers and part != KEYS and self._is_whole(name)
        return replace(
            field,
            kind="choice" if chosen else kind,
            value=_one(value),
            options=options,
            offers=offers,
        )

    def _named(self, name: str, known: Json, kind: str) -> FormField:
        setting = name.partition(".")[0]
        return FormField(
            name=name,
            kind=kind,
            title=known.get("title") or name.rpartition(".")[2].replace("_", " "),
            help=OWN_ID.sub(_by_name, known.get("description", "")) if setting == name else "",
            when=known.get("when", ""),
        )

    def _offers(self, name: str, part: str) -> tuple[Offer, ...]:
        """Return what a part of a setting may name: MobiWork's words stand for QuickBooks' ones."""
        found = self._choices.get(name.partition(".")[0])
        if found is None:
            return ()
        match part:
            case "keys" | "lines":
                return found.mobiwork
            case "values":
                return found.quickbooks
        return (*found.mobiwork, *found.quickbooks)

    def _is_whole(self, name: str) -> bool:
        """Tell whether everything that a setting may name is offered."""
        found = self._choices.get(name.partition(".")[0])
        return found is not None and not found.more

    def _map(self, name: str, known: Json, value: Mapping[str, JsonValue]) -> Iterator[FormField]:
        keys = self._whole(known.get("propertyNames", {"type": "string"}))
        entries: list[tuple[str, JsonValue]] = [*value.items(), ("", None)]
        if possible := _possible(keys):
            entries = [(key, value.get(key)) for key in possible]
        for place, (key, inner) in enumerate(entries):
            row = f"{name}.{place}"
            of_key = self._field(f"{row}.key", {**keys, "title": "MobiWork"}, key, KEYS)
            of_value = self._field(f"{row}.value", known["additionalProperties"], inner, VALUES)
            if possible:
                of_key = replace(of_key, kind="fixed")
            if name in BY_KIND:
                of_value = _ticked(replace(of_value, offers=self._of_kind(name, key)))
            yield replace(self._named(row, {}, "row"), fields=(of_key, of_value))

    def _of_kind(self, name: str, kind: str) -> tuple[Offer, ...]:
        """Return what a setting by kind of record may name of one kind, without naming that."""
        return tuple(
            replace(one, label=one.label.removeprefix(f"{kind}: "))
            for one in self._offers(name, LINES)
            if one.label.startswith(f"{kind}: ")
        )

    def _rows(self, name: str, known: Json, value: JsonValue) -> Iterator[FormField]:
        kept = value if isinstance(value, list) else []
        entries = [*kept, None][: known.get("maxItems", ROWS_AT_MOST)]
        for place, inner in enumerate(entries):
            yield self._field(f"{name}.{place}", known["items"], inner, KEYS)

    def _group(self, name: str, known: Json, value: Mapping[str, JsonValue]) -> Iterator[FormField]:
        for inner, schema in known["properties"].items():
            told = value.get(inner, schema.get("default"))
            part = VALUES if inner == "otherwise" else KEYS
            yield self._field(f"{name}.{inner}", schema, told, part)

    def _read(self, name: str, schema: Json, form: Sent) -> JsonValue:
        known = self._whole(schema)
        told = [one.strip() for one in form.get(name, ())]
        match _kind(known):
            case "map":
                return dict(self._entries(name, known, form))
            case "rows":
                rows = self._groups(name, known, form)
                return [one for one in rows if isinstance(one, dict) and _is_named(one)]
            case "group":
                return {
                    inner: self._read(f"{name}.{inner}", each, form)
                    for inner, each in known["properties"].items()
                }
            case kind:
                return _plain(kind, told)

    def _entries(self, name: str, known: Json, form: Sent) -> Iterator[tuple[str, JsonValue]]:
        fixed = _possible(self._whole(known.get("propertyNames", {})))
        for place in _places(name, form):
            keys = form.get(f"{name}.{place}.key", [""])
            if key := keys[-1].strip():
                path = f"{name}.{place}.value"
                value = self._read(path, known["additionalProperties"], form)
                if value or not fixed:
                    yield key, value

    def _groups(self, name: str, known: Json, form: Sent) -> Iterator[JsonValue]:
        for place in _places(name, form):
            yield self._read(f"{name}.{place}", known["items"], form)


OWN_ID = re.compile(r"MobiWork ids? of (\w)")
"""How the help of a setting begins that is told by an id, and chosen from a list here."""


def _by_name(found: re.Match[str]) -> str:
    return found[1].upper()


def _ticked(field: FormField) -> FormField:
    """Return lines with what is offered under the spelling that the settings have it in."""
    kept = {letters_and_digits(one): one for one in reversed(field.lines)}
    return replace(
        field,
        offers=tuple(
            replace(one, value=kept.get(letters_and_digits(one.value), one.value))
            for one in field.offers
        ),
    )


def _possible(keys: Json) -> tuple[str, ...]:
    """Return the names that a mapping may have; nothing where it may have any."""
    return tuple(str(one) for one in keys.get("enum", ()))


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _one(value: JsonValue) -> str | int | bool | None:
    """Return the value of a field that is no group."""
    return str(value) if isinstance(value, list | dict | float) else value


def _is_named(row: Mapping[str, JsonValue]) -> bool:
    """Tell whether a row was filled in: its first field names what it is about."""
    return bool(next(iter(row.values()), None))


def _plain(kind: str, told: Sequence[str]) -> JsonValue:
    """Return the value of a field that is no group; what is no number is told as it was sent."""
    last = told[-1] if told else ""
    match kind:
        case "flag":
            return "on" in told
        case "lines":
            return list(dict.fromkeys(line for one in told for line in _split(one)))
        case "number":
            return int(last) if last.isdecimal() else last
        case "date":
            return last or None
    return last


SIMPLE = {"boolean": "flag", "integer": "number", "number": "number"}


def _kind(known: Json) -> str:
    kind = known.get("type")
    if "enum" in known:
        return "select"
    if known.get("format") == "date":
        return "date"
    if kind == "array":
        return "rows" if "CustomField" in known["items"].get("$ref", "") else "lines"
    if kind == "object":
        return "group" if "properties" in known else "map"
    return SIMPLE.get(str(kind), "text")


def _split(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _places(name: str, form: Sent) -> list[int]:
    """Return the numbers of the rows that a form has of a list or a mapping."""
    start = f"{name}."
    found = {key[len(start) :].partition(".")[0] for key in form if key.startswith(start)}
    return sorted(int(one) for one in found if one.isdecimal())[:ROWS_AT_MOST]
