"""Matches: what is on both sides already, shown side by side, and decided."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.api import Body
from cli.errors import CommandError, ExitCode
from cli.session import AsJson, OfConnection, Session, Yes, session_of
from cli.waiting import when_there

HEADINGS = ("!MobiWork", "what", "grade", "decision", "version", "QuickBooks", "what differs")


class Grade(StrEnum):
    """How sure a match is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    SEVERAL = "several"
    CONTRADICTS = "contradicts"


class Decision(StrEnum):
    """What a person says of a match."""

    SAME = "same"
    DIFFERENT = "different"
    LEFT_OUT = "left-out"


def match(
    context: typer.Context,
    kind: Annotated[
        str, typer.Argument(help="The kind of record: invoice, customer, payment, bill ...")
    ] = "",
    record: Annotated[
        str, typer.Argument(help="One record of that kind, by its MobiWork ID.")
    ] = "",
    decide: Annotated[
        Decision | None, typer.Option(help="Your decision about the record; needs its ID.")
    ] = None,
    with_: Annotated[
        str, typer.Option("--with", help="Which QuickBooks record it is, if several are possible.")
    ] = "",
    version: Annotated[
        str,
        typer.Option(help="The version that was shown; needed to change an earlier decision."),
    ] = "",
    grade: Annotated[Grade | None, typer.Option(help="Only matches with this grade.")] = None,
    all_certain: Annotated[
        bool, typer.Option("--all-certain", help="Accept all certain matches.")
    ] = False,
    compared_at: Annotated[
        str,
        typer.Option(help="With --all-certain: those found until then, as the list shows."),
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Have both sides of a live connection compared again.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="The maximum number to list.")] = 50,
    yes: Yes = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Show what may be the same on both sides, or say what is."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/matches"
    if again:
        told = session.api.post(path)
        session.show(told, lambda: session.screen.say(f"Run {told['run_id']} compares both sides."))
    elif all_certain:
        at = compared_at or _shown_now(session, path, yes=yes)
        session.sure(f"All certain matches found until {at} will be linked. Continue?", yes=yes)
        _decide(session, path, {"all_certain": True, "compared_at": at})
    elif not kind:
        raise CommandError("Name a kind of record, such as invoice.", ExitCode.USAGE)
    elif decide is not None:
        said = decide.value.replace("-", " ")
        one = {"entity": kind, "mobiwork_id": record, "decision": said}
        told = {"quickbooks_id": with_, "version": version}
        _decide(session, path, {"matches": [one | {key: it for key, it in told.items() if it}]})
    else:
        query: Body = {"entity": kind, "grade": grade.value if grade else None}
        at = session.api.get(path, entity=kind, limit=1)["compared_at"]
        found = [*session.api.pages(path, "matches", most=100_000 if record else limit, **query)]
        shown = [one for one in found if record in ("", one["mobiwork_id"])]
        session.show(shown, lambda: session.screen.table(HEADINGS, map(_row, shown)))
        if at and any(one["grade"] == Grade.CERTAIN for one in shown):
            session.screen.hint(f"To link all certain ones: match {_until(at)}")


def _until(at: str) -> str:
    return f"--all-certain --compared-at {at}"


def _shown_now(session: Session, path: str, *, yes: bool) -> str:
    """Tell a person how many certain matches there are, and return until when they were found.

    Raises:
        CommandError: nobody is asked, so nobody has seen them, or there is nothing to see.
    """
    at: str | None = session.api.get(path, entity="invoice", limit=1)["compared_at"]
    if at is None:
        raise CommandError("The two sides have not been compared yet.", ExitCode.REFUSED)
    if yes or not session.screen.remarks.is_terminal:
        raise CommandError(
            "State which matches you have read: list some with `match invoice --grade "
            f"certain`, then add {_until(at)} --yes, as the list shows.",
            ExitCode.USAGE,
        )
    report = when_there(lambda: session.api.get(f"{session.path}/review"))()
    if report is None or report["compared_at"] not in {None, at}:
        session.screen.hint(
            "The two sides have been compared since the last review. Read the lists first."
        )
        return at
    counts = ((*one["name"].rsplit(", ", 1), one["count"]) for one in report["matches"])
    for target, grade, count in counts:
        if grade == Grade.CERTAIN:
            session.screen.hint(f"{target}: {count} certain, decided on or not.")
    return at


def _decide(session: Session, path: str, body: Body) -> None:
    told = session.api.post(f"{path}/decide", body)
    what = "all certain ones" if told["all_certain"] else f"{told['decided']} decided"
    session.show(told, lambda: session.screen.say(f"Noted: {what}."))


def _row(one: Body) -> tuple[object, ...]:
    candidates = one["candidates"]
    numbers = ", ".join(
        f"{each['quickbooks_id']} ({each['label']})"
        if len(candidates) > 1
        else each["quickbooks_id"]
        for each in candidates
    )
    differs = [
        f"{fact['fact']}: {fact['mobiwork'] or '-'} / {fact['quickbooks'] or '-'}"
        for each in candidates[:1]
        for fact in each["facts"]
        if not fact["same"]
    ]
    target = f"{one['target']} {numbers}" if numbers else "none"
    return (
        f"{one['entity']} {one['mobiwork_id']}",
        one["label"],
        one["grade"],
        one["decision"],
        one["version"],
        target,
        "; ".join(differs),
    )
