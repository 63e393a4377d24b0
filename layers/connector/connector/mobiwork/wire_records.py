"""Reads a MobiWork record with its wire model, and keeps no more of it than that uses."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element
from zlib import compress

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from connector.errors import UnreadableAnswerError
from connector.mobiwork.mending.texts import UNCERTAIN
from connector.mobiwork.xml import RawRecord, build, local_name, write

LARGE_TEXT, LARGE_RECORD = 1_000, 20_000
"""How long a text is that may be shortened, and a record that is looked at for such."""
LARGEST_RECORD = 300_000
"""How large a record may be, packed: a table item holds 400 KB with all that is said of it."""
LONGEST_TEXT = 10_000
"""How long a text may be that a record uses; QuickBooks takes 4,000 characters at most."""
MOST_TRIED = 20
"""So many texts are tried one by one, the largest first."""
TOO_LARGE = "tooLarge"
"""The element that is kept in place of a record that is too large."""

_NO_TEXT = PydanticCustomError("no_text", "is partly of bytes that are no characters")
_LONG = PydanticCustomError(
    "long_text", "is longer than {most} characters", {"most": f"{LONGEST_TEXT:,}"}
)
_NO_XML = PydanticCustomError("no_xml", "is no XML")
_LARGE = PydanticCustomError(TOO_LARGE, "is too large")

type Path = tuple[str | int, ...]


def parse_record[R: BaseModel](model: type[R], raw: RawRecord) -> R:
    """Read a record with its model.

    Raises:
        ValidationError: it is no XML, or not what the model describes, a text in it that is used
            holds what nobody can read or is longer than any may be, or it was too large to be kept.
    """
    if raw.xml and not is_kept(raw.xml):
        raise _refused(
            model, [InitErrorDetails(type=_LARGE, loc=(), input=raw.fields["kilobytes"])]
        )
    try:
        said = raw.fields
    except UnreadableAnswerError as error:
        raise _refused(
            model, [InitErrorDetails(type=_NO_XML, loc=("text",), input=raw.xml[:60])]
        ) from error
    record = model.model_validate(said)
    if UNCERTAIN in raw.xml or len(raw.xml) > LONGEST_TEXT:
        texts = [*_texts(record.model_dump(), ())]
        if problems := [*_problems(texts)]:
            raise _refused(model, problems)
    return record


def _problems(texts: list[tuple[Path, str]]) -> Iterator[InitErrorDetails]:
    """Yield what is wrong with the texts that a record uses."""
    for path, text in texts:
        if UNCERTAIN in text:
            said = text.replace(UNCERTAIN, "?")
            yield InitErrorDetails(type=_NO_TEXT, loc=path, input=said)
        elif len(text) > LONGEST_TEXT:
            yield InitErrorDetails(type=_LONG, loc=path, input=text)


def is_kept(text: str) -> bool:
    """Tell whether a stored text is a record, and not nothing or what stands for a large one."""
    return bool(text) and not text.startswith(f"<{TOO_LARGE}")


def kept_text[R: BaseModel](model: type[R], raw: RawRecord, record: R | None) -> str:
    """Return what is kept of a record: all of it, but the beginning only of texts of no use.

    `record` is the record as its model reads it, nothing where it cannot. Of one that is too
    large even so only its size is kept, for `parse_record` to say.
    """
    if len(raw.xml) <= LARGE_RECORD:
        return raw.xml
    root = raw.element()
    large = [one for one in root.iter() if len(one.text or "") > LARGE_TEXT]
    large.sort(key=lambda one: len(one.text or ""), reverse=True)
    if not _shortened(model, root, large, record):
        for one in large[:MOST_TRIED]:
            _shortened(model, root, [one], record)
    text = write(root)
    if len(text) <= LARGEST_RECORD or len(compress(text.encode())) <= LARGEST_RECORD:
        return text
    return write(build(TOO_LARGE, {"kilobytes": str(len(raw.xml) // 1024)}))


def _shortened[R: BaseModel](
    model: type[R], root: Element, elements: list[Element], record: R | None
) -> bool:
    """Shorten texts, unless the model reads the record otherwise then."""
    before = [one.text or "" for one in elements]
    for one, text in zip(elements, before, strict=True):
        one.text = text[:LARGE_TEXT]
    if _read(model, root) == record:
        return True
    for one, text in zip(elements, before, strict=True):
        one.text = text
    return False


def _read[R: BaseModel](model: type[R], root: Element) -> R | None:
    try:
        return parse_record(model, RawRecord.of(local_name(root), None, root))
    except ValidationError:
        return None


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield each text in what a record uses, and where it is."""
    if isinstance(value, str):
        yield path, value
        return
    named = value.items() if isinstance(value, dict) else ()
    placed = enumerate(value) if isinstance(value, list | tuple) else named
    for step, inner in placed:
        yield from _texts(inner, (*path, step))


def _refused(model: type[BaseModel], problems: list[InitErrorDetails]) -> ValidationError:
    return ValidationError.from_exception_data(model.__name__, problems)
