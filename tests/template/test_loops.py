"""Every loop that counts nothing by itself says what ends it, and every call has limits.

A new `while` is put where it belongs: to put it there is to say what ends it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.template.reading import ROOT

PACKAGE = ROOT / "layers/connector/connector"
ENDS = {
    "each round reads a page of the table behind the last one": {
        "api/plans/review._plans_after",
        "changes/matching/facts._pulled",
        "changes/matching/facts.items_here",
        "engine/items.left_out_items",
        "entities/typed/apart._every",
        "jobs/books/reading._linked",
        "jobs/books/walk._left_out",
        "jobs/books/walk._linked",
        "jobs/report.every_plan",
        "push/money/together._linked",
        "undo/needed._standings",
        "jobs/undoing/undo_run._entries",
    },
    "so does this, and it stops where the time of its function is up": {
        "jobs/left_out_replay.replay_left_out",
        "jobs/undoing/undo_run._carry_out",
    },
    "it stops where the time of its function is up, and goes on where it was": {
        "changes/matching/records._read",
        "changes/quickbooks.walk",
        "engine/items.items_of",
        "engine/loop._bring",
        "jobs/books/match_books.match_books",
        "store/tracking/files.erase",
    },
    "it is counted": {
        "answers._read",
        "console/pages/matches._documents_of",
        "console/pages/matches.open_matches",
        "mobiwork/lists/walking._paged",
        "mobiwork/lists/windows._by_due_date",
        "mobiwork/lists/windows._by_values",
        "mobiwork/lists/windows.walk",
        "quickbooks/client.query",
        "quickbooks/throttle._await_turn",
        "store/tracking/changes.insist",
    },
    "each round leaves less of what was there at its beginning": {
        "api/worklist/reading._root",
        "engine/loop._plan_children_again",
        "entities/parties/merged.led",
        "entities/typed/apart.compared",
        "entities/typed/beside._kept",
        "lambdas/openapi.document",
        "mobiwork/lists/asking.__call__",
        "mobiwork/lists/pages.page_of",
        "mobiwork/lists/prints._pieces",
        "mobiwork/reading_ahead._fill",
        "model/cursor.last_survivor",
        "model/matching/together._nearest",
        "quickbooks/pacing/desk.begin",
        "quickbooks/pacing/shared._next",
        "store/records/parents.below",
    },
}
SENDS = {"delete", "get", "head", "patch", "post", "put", "request", "send"}
SENDERS = {"requests", "session", "_session", "opened"}


def _files() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = str(path.relative_to(PACKAGE).with_suffix(""))
        yield name, ast.parse(path.read_text())


def _functions(tree: ast.AST, name: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield what a file runs, with the name of the innermost function that it stands in."""
    for node in ast.iter_child_nodes(tree):
        own = node.name if isinstance(node, ast.FunctionDef) else name
        yield own, node
        yield from _functions(node, own)


def _whiles() -> set[str]:
    return {
        f"{file}.{name}"
        for file, tree in _files()
        for name, node in _functions(tree)
        if isinstance(node, ast.While)
    }


def _endless_iterators() -> set[str]:
    return {
        f"{file}.{name}"
        for file, tree in _files()
        for name, node in _functions(tree)
        if isinstance(node, ast.For | ast.comprehension)
        and any(
            isinstance(one, ast.Call)
            and isinstance(one.func, ast.Name)
            and one.func.id in {"count", "cycle"}
            for one in ast.walk(node.iter)
        )
    }


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls over HTTP that are not those of AWS."""
    for file, tree in _files():
        for name, node in _functions(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in SENDS
                and _last(node.func.value) in SENDERS
            ):
                yield f"{file}.{name}", node


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.case("R15i")
def test_every_loop_is_said_to_end_and_by_what() -> None:
    assert _whiles() == {one for some in ENDS.values() for one in some}
    assert _endless_iterators() == set()


def test_each_is_said_to_end_once() -> None:
    every = [one for some in ENDS.values() for one in some]
    assert len(every) == len({*every})


@pytest.mark.case("R15i")
def test_every_call_has_a_time_out_and_follows_no_redirect() -> None:
    for where, call in _calls():
        assert {"timeout", "allow_redirects"} <= {one.arg for one in call.keywords}, where


@pytest.mark.case("R15i")
def test_every_answer_is_taken_in_within_a_deadline_and_a_size() -> None:
    calling = {where.rpartition(".")[0] for where, _ in _calls()}
    assert len(calling) == 4
    for file in calling:
        code = Path(PACKAGE / f"{file}.py").read_text()
        assert "Deadline(" in code, file
        assert "take_in(" in code, file
