"""Reads stored records, and tells of those that do not have the form they should have."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connector.engine.run import Run
from connector.errors import RETRY, SKIP
from connector.mobiwork.wire_records import TOO_LARGE, parse_record
from connector.mobiwork.xml import RawRecord
from connector.model.flows.push_flow import PushFlow
from connector.model.ids import FlowName
from connector.model.pending import WITHOUT_ID, PendingItem
from connector.model.plans import Refuse, Skip
from connector.model.worklist.causes import Kind
from connector.model.worklist.instructions import Instruction, Wish

NO_ID = "MobiWork sent it without an ID, so it cannot be linked to anything."
SHOWN = 60
OUT_OF_ROOM = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal"})


def refusal_of(error: ValidationError, model: type[BaseModel]) -> Refuse:
    """Say which parts of a record could not be read, and what they held."""
    told = "; ".join(_told(problem, model) for problem in error.errors())
    return Refuse(
        f"MobiWork sent it in a form that cannot be read: {told}. Correct that in MobiWork.",
        (RETRY, SKIP),
        Kind.UNREADABLE,
    )


def _told(problem: ErrorDetails, model: type[BaseModel]) -> str:
    if problem["type"] == TOO_LARGE:
        return f"with {problem['input']} KB it is larger than can be kept"
    named = " ".join(_words(problem["loc"], model))
    if problem["type"] == "missing":
        return f"its {named} is missing"
    found = problem["input"]
    if isinstance(found, dict | list):
        return f"its {named} has another form than expected"
    said = f'its {named} says "{str(found)[:SHOWN]}"'
    if problem["type"] in OUT_OF_ROOM:
        return f"{said}, which is larger than QuickBooks can hold"
    why = problem["msg"].removeprefix("Value error, ").removeprefix(f"{found!r} ")
    return f"{said}, which {why}" if why.startswith("is ") else said


def _words(path: tuple[int | str, ...], model: type[BaseModel]) -> Iterator[str]:
    """Yield what a person calls the steps of a path: `line`, `2`, `price`."""
    names = dict(_names(model))
    for step, following in zip(path, [*path[1:], ""], strict=True):
        if isinstance(step, int):
            yield str(step + 1)
            continue
        word = names.get(step, step)
        yield word.removesuffix("s") if isinstance(following, int) else word


def _names(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield the elements that fill the fields of a model, each with its field in words."""
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
        for choice in (name, *choices):
            if isinstance(choice, str):
                yield choice, field.title or name.replace("_", " ")


def read_record[R: BaseModel](flow: PushFlow[R], record_id: str, text: str) -> R:
    """Read a stored record with the wire model of its flow.

    Raises:
        ValidationError: it is not what the model describes.
    """
    raw = RawRecord(entity=flow.entity, id=record_id, xml=text)
    return parse_record(flow.records.model, raw)


def read_page[R: BaseModel](
    flow: PushFlow[R], items: Sequence[PendingItem], wanted: Mapping[str, Instruction]
) -> tuple[list[tuple[PendingItem, R]], list[tuple[PendingItem, Refuse | Skip]]]:
    """Read a page of items; tell of those that cannot be read, unless they are left out."""
    records: list[tuple[PendingItem, R]] = []
    unreadable: list[tuple[PendingItem, Refuse | Skip]] = []
    for item in items:
        try:
            record = read_record(flow, item.record_id, item.record)
        except ValidationError as error:
            refusal = refusal_of(error, flow.records.model)
        else:
            if not item.record_id.startswith(WITHOUT_ID):
                records.append((item, record))
                continue
            refusal = Refuse(NO_ID, (SKIP,), Kind.WITHOUT_ID)
        unreadable.append((item, _left_out(wanted.get(item.record_id)) or refusal))
    return records, unreadable


def _left_out(wanted: Instruction | None) -> Skip | None:
    leaves = wanted is not None and wanted.wish is Wish.LEAVE_OUT
    return Skip(wanted.sentence, left_out=True) if wanted and leaves else None


def wanted_by_people(
    flow: FlowName, run: Run, items: Sequence[PendingItem]
) -> dict[str, Instruction]:
    """Read what people said is to become of records, as they read now."""
    read = {item.record_id: item.fingerprint for item in items}
    found = run.store.instructions.read_many(run.connection_id, flow, read)
    return {own: one for own, one in found.items() if one.holds_for(read[own])}
