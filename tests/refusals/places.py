"""The places of the code that refuse, let wait or leave out, found in the code itself.

A place is where a refusal, a wait or what is left out is made, or a sentence of what is wrong with
a record. Which of them were reached is heard from Python itself (`sys.monitoring`, PEP 669).
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType

from connector import errors

LAYER = Path(__file__).parents[2] / "layers/connector/connector"
ROOMS = ("model/flows", "changes", "engine", "entities", "pull", "push", "quickbooks", "mobiwork")
POLICY = ("model/policy/accounts.py", "model/policy/requirements.py")
POSTS = LAYER / "quickbooks/webhook.py"
"""What is refused there is the post of a webhook, not a record."""
OF_ENTITIES = ("entities", *ROOMS[:1], *POLICY)
"""Where sentences of what is wrong with a record are."""
ERRORS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.RecordError)
}
MADE = {"Refuse", "Wait", "Ask", "Obstacle", "of_setting", "of_mapping", *ERRORS}
SENTENCES = {"list[str]", "Iterator[str]", "str | None"}
"""What functions return that say what is wrong."""
NO_REFUSALS = ("remarks", "_fact", "facts", "told_unread")
"""How functions end that say something else: what was shortened of what was posted, say."""
LEAST_WORDS = 15


@dataclass(frozen=True)
class Place:
    """Where something is refused: its file, function and line, and what words of its own it says.

    columns: from where to where the code of it stands, as Python tells them.
    nth: which of those in its function it is.
    """

    file: str
    function: str
    line: int
    columns: tuple[int | None, ...]
    words: tuple[str, ...]

    nth: int = 0

    @property
    def own(self) -> str:
        """What it goes by: its file, its function and which of those in it, for lines move."""
        return f"{self.file} {self.function} {self.nth}"

    def __str__(self) -> str:
        return f"{self.own} (line {self.line})"


@cache
def places() -> tuple[Place, ...]:
    """Return every place, in the order of the files."""
    return tuple(one for path in _files() for one in _places_in(path))


def _files() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted({*(LAYER / room).rglob("*.py")} - {POSTS})
    yield from (LAYER / one for one in POLICY)


def _places_in(path: Path) -> Iterator[Place]:
    file = str(path.relative_to(LAYER))
    tree = ast.parse(path.read_text())
    for function, node in _functions(tree, ""):
        inside = [*_own(node)]
        found: list[ast.expr] = [
            one for one in inside if isinstance(one, ast.Call) and _refuses(one)
        ]
        if file.startswith(OF_ENTITIES) and _says(node):
            within = {id(part) for call in found for part in ast.walk(call)}
            docstring = node.body[0].value if isinstance(node.body[0], ast.Expr) else None
            found += [
                one
                for one in inside
                if isinstance(one, ast.expr)
                and one is not docstring
                and id(one) not in within
                and _is_sentence(one)
            ]
        found.sort(key=lambda one: (one.lineno, one.col_offset))
        for nth, one in enumerate(found, start=1):
            yield _place(file, function, one, nth)


def _functions(node: ast.AST, scope: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            name = f"{scope}{child.name}"
            if isinstance(child, ast.FunctionDef):
                yield name, child
            yield from _functions(child, f"{name}.")
        else:
            yield from _functions(child, scope)


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield what stands in a function, but not in what matches there or in functions of its own."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, ast.FunctionDef | ast.ClassDef | ast.pattern):
            yield one
            if not isinstance(one, ast.JoinedStr):
                waiting[:0] = ast.iter_child_nodes(one)


def _name(call: ast.Call) -> str:
    made = call.func
    return made.id if isinstance(made, ast.Name) else getattr(made, "attr", "")


def _refuses(call: ast.Call) -> bool:
    name = _name(call)
    if name in MADE:
        return True
    given = [*call.args, *(one.value for one in call.keywords)]
    if name == "Skip":
        return any(one.arg in {"tell", "left_out", "cause"} for one in call.keywords)
    return name not in {"cause", "isinstance"} and any(map(_names_kind, given))


def _names_kind(given: ast.expr) -> bool:
    """Tell whether what is given to a call is the kind of a cause."""
    if isinstance(given, ast.IfExp):
        return _names_kind(given.body) or _names_kind(given.orelse)
    if isinstance(given, ast.Call) and _name(given) == "cause" and given.args:
        return _names_kind(given.args[0])
    if not isinstance(given, ast.Attribute):
        return False
    owner = given.value
    return (owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")) == "Kind"


def _says(function: ast.FunctionDef) -> bool:
    returns = ast.unparse(function.returns) if function.returns else ""
    return returns in SENTENCES and not function.name.endswith(NO_REFUSALS)


def _is_sentence(one: ast.AST) -> bool:
    words = _fragments(one)
    return bool(words) and _text(one).rstrip().endswith(".") and "\\" not in words[0]


def _text(one: ast.AST) -> str:
    if isinstance(one, ast.Constant) and isinstance(one.value, str):
        return one.value
    if isinstance(one, ast.JoinedStr):
        return "".join(
            _text(part) if isinstance(part, ast.Constant) else "…" for part in one.values
        )
    return ""


def _fragments(one: ast.AST) -> list[str]:
    """Return what a text says in words of its own, the longest part first."""
    parts = _text(one).split("…")
    found = [part for part in parts if len(part) >= LEAST_WORDS and " " in part.strip()]
    return sorted(found, key=len, reverse=True)


def _place(file: str, function: str, one: ast.expr, nth: int) -> Place:
    words = [part for node in _texts(one) for part in _fragments(node)[:1]]
    columns = (one.lineno, one.end_lineno, one.col_offset, one.end_col_offset)
    return Place(file, function, one.lineno, columns, tuple(words), nth)


def _texts(one: ast.AST) -> Iterator[ast.AST]:
    if isinstance(one, ast.JoinedStr | ast.Constant):
        yield one
    else:
        for child in ast.iter_child_nodes(one):
            yield from _texts(child)


class Heard:
    """Hears which lines and calls of functions with places are reached."""

    TOOL = 4

    def __init__(self) -> None:
        self.lines: set[tuple[str, int]] = set()
        self.calls: set[tuple[str, tuple[int | None, ...]]] = set()

    def line(self, code: CodeType, line: int) -> object:
        self.lines.add((_file(code), line))
        return sys.monitoring.DISABLE  # once is enough

    def call(self, code: CodeType, offset: int, _called: object, _first: object) -> object:
        self.calls.add((_file(code), _positions(code)[offset // 2]))
        return sys.monitoring.DISABLE

    def reached(self, place: Place) -> bool:
        """Tell whether a place was reached; a sentence by its line, for nothing is called there."""
        if (place.file, place.columns) in self.calls:
            return True
        return (place.file, place.line) in self.lines


@cache
def _file(code: CodeType) -> str:
    return str(Path(code.co_filename).relative_to(LAYER))


@cache
def _positions(code: CodeType) -> tuple[tuple[int | None, ...], ...]:
    return tuple(code.co_positions())


@cache
def _codes() -> tuple[CodeType, ...]:
    """Return the code of the modules that have places, all of it loaded."""
    names = ("connector." + one.removesuffix(".py") for one in {one.file for one in places()})
    modules = [import_module(name.replace("/", ".")) for name in names]
    found = {code for one in modules for code in _codes_of(vars(one).values())}
    return tuple(_with_inner(found))


def _codes_of(values: Iterable[object]) -> Iterator[CodeType]:
    """Yield the code of functions, also of those within classes and wrappers."""
    for one in values:
        within = (getattr(one, name, None) for name in ("__wrapped__", "__func__", "fget", "func"))
        inner = [each for each in within if isinstance(each, FunctionType)]
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(str(LAYER)):
            yield one.__code__
        yield from _codes_of(inner)
        if isinstance(one, type) and one.__module__.startswith("connector."):
            yield from _codes_of(vars(one).values())


def _with_inner(codes: Iterable[CodeType]) -> Iterator[CodeType]:
    for one in codes:
        yield one
        yield from _with_inner(part for part in one.co_consts if isinstance(part, CodeType))


@contextmanager
def listening(heard: Heard) -> Iterator[None]:
    """Hear what is reached meanwhile."""
    events, own = sys.monitoring.events, sys.monitoring
    own.use_tool_id(Heard.TOOL, "refusals")
    own.register_callback(Heard.TOOL, events.LINE, heard.line)
    own.register_callback(Heard.TOOL, events.CALL, heard.call)
    for code in _codes():
        own.set_local_events(Heard.TOOL, code, events.LINE | events.CALL)
    own.restart_events()
    try:
        yield
    finally:
        for code in _codes():
            own.set_local_events(Heard.TOOL, code, 0)
        own.free_tool_id(Heard.TOOL)
