"""What is wrong with a part of a request, in the words of a person who never saw a program."""

from collections.abc import Mapping

from connector.model.body import Json
from connector.model.policy.setting_problems import nearest
from connector.model.policy.settings import Settings

A_LIST = "It must be a list"
AN_OBJECT = "It must be an object of names and values"
A_DATE = "It must be a date, such as 2026-01-31"
YES_OR_NO = "It must be true or false"
A_NUMBER = "It must be a whole number"
WORDS: Mapping[str, str] = {
    "missing": "It is missing",
    "string_type": "It must be a text",
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type"), A_LIST),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type"), AN_OBJECT),
    **dict.fromkeys(("model_attributes_type", "dataclass_type"), AN_OBJECT),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), A_DATE),
    **dict.fromkeys(("bool_type", "bool_parsing"), YES_OR_NO),
    **dict.fromkeys(("int_type", "int_parsing"), A_NUMBER),
}
"""By the types of errors of Pydantic (errors.pydantic.dev)."""


def words_of(error: Json) -> str:
    """Return what is wrong at one place of a request, without a full stop."""
    kind, path = error["type"], error["loc"][1:]
    setting = str(path[1]) if len(path) > 1 and path[0] == "settings" else ""
    match kind:
        case "extra_forbidden":
            return _unknown(str(path[-1]), setting)
        case "greater_than_equal":
            return f"It must be {error['ctx']['ge']} or more"
        case "less_than_equal":
            return f"It must be {error['ctx']['le']} or less"
        case "string_pattern_mismatch" if setting in Settings.model_fields:
            meant = str(Settings.model_fields[setting].description or "").rstrip(".")
            return f"It is not written as it must be. {meant}".strip()
    told = str(error["msg"]).removeprefix("Value error, ")
    told = told.replace("Input should be", "It must be").replace("String should", "It must")
    return WORDS.get(kind, told)


def _unknown(name: str, setting: str) -> str:
    if name != setting:
        return "Nothing of this name is known here"
    near = nearest(name, Settings.model_fields)
    return f"There is no setting of this name.{near}" if near else "There is no such setting"
