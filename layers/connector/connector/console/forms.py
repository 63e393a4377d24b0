"""Settings as fields of a form, and back: both from the JSON Schema of the settings.

A field is named by its path, such as `payment_methods.0.value`; a list or a mapping has one empty
row more than it has entries, which becomes an entry when it is filled in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.model.policy.setting_choices import Offer

type Schema = Mapping[str, Any]
type Sent = Mapping[str, Sequence[str]]
ROWS_AT_MOST = 500


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field, or a group of them.

    kind: text, number, date, flag, select, lines, map, rows or group.
    title, help, when: what it is called, does, and is for.
    value: as the settings have it; options: what a select offers; offers: what a text may name.
    rows: of a map or a list of groups, its rows; fields: of a group, its fields.
    """

    name: str
    kind: str
    title: str
    value: Any = None
    help: str = ""
    when: str = ""
    options: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    rows: tuple["FormField", ...] = ()
    fields: tuple["FormField", ...] = ()


class Forms:
    """Makes and reads the fields of one schema; `offers` are what each setting may name."""

    def __init__(self, schema: Schema, offers: Mapping[str, Sequence[Offer]]) -> None:
        self._schema = schema
        self._offers = offers

    def fields(self, names: Sequence[str], values: Mapping[str, Any]) -> tuple[FormField, ...]:
        """Return the fields of some settings with their values."""
        return tuple(self._field(name, self._property(name), values.get(name)) for name in names)

    def read(self, names: Sequence[str], form: Sent) -> dict[str, Any]:
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

    def _property(self, name: str) -> Schema:
        found: Schema = self._schema["properties"][name]
        return found

    def _whole(self, schema: Schema) -> Schema:
        """Return a schema with what it refers to; the other of two where one is null."""
        if "anyOf" in schema:
            [schema_of] = [one for one in schema["anyOf"] if one.get("type") != "null"]
            return {**schema, **self._whole(schema_of)}
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return {**self._whole(self._schema["$defs"][name]), **schema}
        return schema

    def _field(self, name: str, schema: Schema, value: Any) -> FormField:  # noqa: ANN401 - JSON
        known = self._whole(schema)
        kind = _kind(known)
        make = {"lines": self._lines, "map": self._map, "rows": self._rows, "group": self._group}
        if kind in make:
            return make[kind](name, known, value)
        options = tuple(str(one) for one in known.get("enum", ()))
        return self._named(name, known, kind=kind, value=value, options=options)

    def _named(self, name: str, known: Schema, **more: Any) -> FormField:  # noqa: ANN401 - parts of a field
        setting = name.partition(".")[0]
        return FormField(
            name=name,
            title=known.get("title") or name.rpartition(".")[2].replace("_", " "),
            help=known.get("description", "") if setting == name else "",
            when=known.get("when", ""),
            offers=tuple(self._offers.get(setting, ())),
            **more,
        )

    def _lines(self, name: str, known: Schema, value: Any) -> FormField:  # noqa: ANN401 - JSON
        chosen = tuple(str(one) for one in value or ())
        options = tuple(str(one) for one in self._whole(known["items"]).get("enum", ()))
        return self._named(name, known, kind="lines", value=chosen, options=options)

    def _map(self, name: str, known: Schema, value: Any) -> FormField:  # noqa: ANN401 - JSON
        entries = [*(value or {}).items(), ("", None)]
        keys = self._whole(known.get("propertyNames", {"type": "string"}))
        rows = tuple(
            self._named(
                f"{name}.{place}",
                {},
                kind="row",
                fields=(
                    self._field(f"{name}.{place}.key", {**keys, "title": "MobiWork"}, key),
                    self._field(f"{name}.{place}.value", known["additionalProperties"], inner),
                ),
            )
            for place, (key, inner) in enumerate(entries)
        )
        return self._named(name, known, kind="map", rows=rows)

    def _rows(self, name: str, known: Schema, value: Any) -> FormField:  # noqa: ANN401 - JSON
        entries = [*(value or ()), None][: known.get("maxItems", ROWS_AT_MOST)]
        rows = tuple(
            self._field(f"{name}.{place}", known["items"], inner)
            for place, inner in enumerate(entries)
        )
        return self._named(name, known, kind="rows", rows=rows)

    def _group(self, name: str, known: Schema, value: Any) -> FormField:  # noqa: ANN401 - JSON
        fields = tuple(
            self._field(f"{name}.{inner}", schema, (value or {}).get(inner, schema.get("default")))
            for inner, schema in known["properties"].items()
        )
        return self._named(name, known, kind="group", fields=fields)

    def _read(self, name: str, schema: Schema, form: Sent) -> Any:  # noqa: ANN401 - JSON
        known = self._whole(schema)
        told = [one.strip() for one in form.get(name, ())]
        match _kind(known):
            case "map":
                return dict(self._entries(name, known, form))
            case "rows":
                return [one for one in self._groups(name, known, form) if _is_named(one)]
            case "group":
                return {
                    inner: self._read(f"{name}.{inner}", each, form)
                    for inner, each in known["properties"].items()
                }
            case kind:
                return _plain(kind, told)

    def _entries(self, name: str, known: Schema, form: Sent) -> Iterator[tuple[str, Any]]:
        for place in _places(name, form):
            keys = form.get(f"{name}.{place}.key", [""])
            if key := keys[-1].strip():
                yield (
                    key,
                    self._read(f"{name}.{place}.value", known["additionalProperties"], form),
                )

    def _groups(self, name: str, known: Schema, form: Sent) -> Iterator[dict[str, Any]]:
        for place in _places(name, form):
            yield self._read(f"{name}.{place}", known["items"], form)


def _is_named(row: Mapping[str, Any]) -> bool:
    """Tell whether a row was filled in: its first field names what it is about."""
    return bool(next(iter(row.values()), None))


def _plain(kind: str, told: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
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


def _kind(known: Schema) -> str:
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
