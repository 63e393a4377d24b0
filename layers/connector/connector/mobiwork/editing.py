"""Changes a record without losing what else it holds: a read-modify-write over its raw tree.

Whether MobiWork keeps or clears what an edit leaves out is not documented (reference 6 row 29), so
all of it is sent back, under the names and in the spellings that an edit takes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from xml.etree.ElementTree import Element, SubElement

from connector.errors import EditedMeanwhileError
from connector.mobiwork.states import state_code
from connector.mobiwork.values import format_date, read_date
from connector.mobiwork.xml import RawRecord, local_name, printable, text_of, write

type Twins = Sequence[tuple[str, str]]

_STEP = re.compile(r"(?P<name>[^][]+)(?:\[(?P<position>[1-9][0-9]*)\])?")


def edited(record: Element, changes: Mapping[str, str | None], *, twins: Twins = ()) -> Element:
    """Return `record` changed and as an edit takes it; the given tree stays as it is.

    A change is keyed by element name or by a path such as `address/city`, in either spelling of
    `twins`; its value None empties the element. Elements that are missing are made. An element of
    a list is named by its position among those of its name, from 1: `addressList/address[2]/city`;
    the position after the last one appends.

    Raises:
        ValueError: a path is none, names one of several elements of the same name, or names a
            position further away than the end of its list.
    """
    root = deepcopy(record)
    for path, value in changes.items():
        _set(root, path.split("/"), value, twins)
    _tidy(root)
    for printed, taken in twins:
        source = _children(root, {printed.lower()})
        if source and not _children(root, {taken.lower()}):
            twin = deepcopy(source[0])
            twin.tag = taken
            root.append(twin)
    return root


def texts_at(record: Element, paths: Iterable[str], *, twins: Twins = ()) -> dict[str, str | None]:
    """Return the texts at some paths as `edited` takes them; None where there is none.

    Raises:
        ValueError: as `edited`.
    """
    root = deepcopy(record)
    return {path: text_of(_at_path(root, path.split("/"), twins)) for path in paths}


def refuse_to_write_over(
    read: RawRecord | None, now: RawRecord, changes: Mapping[str, str | None], *, twins: Twins = ()
) -> None:
    """Let no change through that was planned on an older reading of what it writes over.

    An element of a list must be as a whole as it was read: its position may mean another one by
    now. What says already what it is to say is no obstacle.

    Raises:
        EditedMeanwhileError: somebody changed it since it was read.
    """
    if read is None or read.xml == now.xml:
        return
    old, new = read.element(), now.element()
    try:
        if all(_is_as_read(old, new, *change, twins) for change in changes.items()):
            return
    except ValueError:
        pass  # A list is shorter by now.
    raise EditedMeanwhileError(
        f"Somebody changed {now.entity} {now.id} in MobiWork at this moment; the next run reads it "
        "again."
    )


def _is_as_read(old: Element, new: Element, path: str, value: str | None, twins: Twins) -> bool:
    meant = printable(value or "") or None
    was, is_now = (texts_at(one, [path], twins=twins)[path] for one in (old, new))
    listed, bracket, _ = path.rpartition("]")
    if is_now == meant or not bracket:
        return is_now in {was, meant}
    steps = (listed + bracket).split("/")
    entries = (write(_at_path(deepcopy(one), steps, twins)) for one in (old, new))
    return was == is_now and len(set(entries)) == 1


def _at_path(parent: Element, path: Sequence[str], twins: Twins) -> Element:
    for step in path:
        parent = _named(parent, step, twins)[0]
    return parent


def _set(parent: Element, path: Sequence[str], value: str | None, twins: Twins) -> None:
    for element in _named(parent, path[0], twins):
        if path[1:]:
            if text_of(element) is None:
                element.text = None
            _set(element, path[1:], value, twins)
        else:
            element[:] = []
            element.text = None if value is None else printable(value)


def _named(parent: Element, step: str, twins: Twins) -> list[Element]:
    """Return the elements that one step of a path means; a missing one is made."""
    parsed = _STEP.fullmatch(step)
    if parsed is None:
        raise ValueError(f"{step!r} is no step of a path.")
    name, position = parsed["name"], parsed["position"]
    spellings = {name.lower()}
    for pair in twins:
        both = {one.lower() for one in pair}
        spellings |= both if name.lower() in both else set()
    found = _children(parent, spellings)
    if position:
        return [_at(parent, name, int(position), found)]
    if len({local_name(one).lower() for one in found}) < len(found):
        raise ValueError(f"MobiWork's record has several {name!r} elements; one cannot be chosen.")
    return found or [SubElement(parent, name)]


def _at(parent: Element, name: str, position: int, found: Sequence[Element]) -> Element:
    if position > len(found) + 1:
        raise ValueError(
            f"MobiWork's record has {len(found)} {name!r} elements; there is no number {position}, "
            "and only the next one can be added."
        )
    return found[position - 1] if position <= len(found) else SubElement(parent, name)


def _children(parent: Element, names: set[str]) -> list[Element]:
    return [child for child in parent if local_name(child).lower() in names]


def _tidy(parent: Element) -> None:
    for child in list(parent):
        if len(child):
            _tidy(child)
        elif (child.text or "").strip() == "null":
            parent.remove(child)
        else:
            _respell(child)


def _respell(element: Element) -> None:
    """Dates and states are printed in other spellings than they are taken in (1.5, 2.1)."""
    name, text = local_name(element).lower(), text_of(element)
    if text is None:
        return
    if name == "state":
        element.text = state_code(text)
    elif name.endswith("date"):
        try:
            element.text = format_date(read_date(text))
        except ValueError:
            return  # not a date to us: sent back as MobiWork printed it
