"""One session of the laptop runtime: bring it up, sync the sample company, show, and stay up."""

import time
from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from local.folder import RunFolder
from local.issuer import ROLES
from local.made import Options
from local.progress import Ledger, Look, Outcomes
from local.runtime import Runtime, started
from local.sample import (
    against_plan,
    calls_of,
    connect,
    enter_late,
    fill_books,
    invite,
    open_october,
    reviewed,
    start_posting,
)
from local.screen import Bars, show_places, show_round
from local.watch import PAUSE_SECONDS, BrokenError, Round, trigger, watch_round

FOR_EVER = float("inf")
IN_REVIEW = "in review"
SHOWN = 10
OPENED = (
    "\nThe accountant reopened October 2025. A payment of $120.00 is waiting for an "
    "invoice from that month: select it\non the Payments page of the console to push "
    "both."
)


def run(
    console: Console, folder: RunFolder, options: Options, *, once: bool, review: bool = False
) -> int:
    """Sync the sample company; returns the exit code. `review` leaves it in review."""
    began = time.monotonic()
    with started(folder, options, console.print) as runtime:
        ledger = Ledger(runtime.emulator, runtime.outputs["TableName"])
        connection_id = _connected(console, runtime, ledger)
        console.print(f"Everything is up after {time.monotonic() - began:.1f} s.")
        if not once:
            address = runtime.outputs["ConsoleUrl"]
            console.print(Text(f"Console: {address} (one-click sign-in)"))
        try:
            first = _round(console, runtime, ledger, connection_id)
        except BrokenError as error:
            console.print(Text(f"\nNothing was found: {error}"))
            first = Round(ledger.look(connection_id), Outcomes({}, ()), (str(error),), 0.0)
        in_review = ledger.connection(connection_id).get("phase") == IN_REVIEW
        if in_review and begins_posting(first, left_in_review=review):
            first = _started(console, runtime, ledger, connection_id)
            if not once:
                open_october(runtime.quickbooks)
                console.print(OPENED)
        elif in_review and review:
            _tell_review(console, runtime, connection_id)
        if once:
            console.print(f"\nLogs: {folder.logs}")
            console.print(f"State: {folder.path}, kept for the next run (--fresh clears it)")
            console.print(
                "Without --once it keeps running, so you can explore the console, the API, "
                "and both sets of books."
            )
        else:
            console.print("\nWhere to look:")
            show_places(console, runtime, connection_id)
            console.print(
                "\nScheduled checks keep running. Press Ctrl-C to save and stop everything."
            )
            _stay_up(console, runtime, ledger, connection_id, first.look)
        return 1 if first.failures else 0


def begins_posting(looked: Round, *, left_in_review: bool) -> bool:
    """Tell whether a connection in review is started: nothing failed, and nobody wants to look."""
    return not left_in_review and not looked.failures


def _connected(console: Console, runtime: Runtime, ledger: Ledger) -> str:
    """Return the connection of the sample company, making it first if need be."""
    known = ledger.connections()
    if known:
        return known[0]
    console.print("Connecting the sample company: MobiWork login, Intuit's consent page, callback")
    enter_late(runtime.mobiwork, fill_books(runtime.quickbooks))
    heading, problems = connect(runtime.outputs["ApiUrl"])
    for line in [heading, *problems]:
        console.print(Text(f"  {line}"))
    [connection_id, *_] = ledger.connections()
    invite(runtime.outputs["ApiUrl"], connection_id, ROLES)
    return connection_id


def _tell_review(console: Console, runtime: Runtime, connection_id: str) -> None:
    """Show the report of the review, and how to go on with it."""
    console.print(
        "\nThe review shows what would be posted. Nothing has been written on either side yet.\n"
    )
    console.print(Text(reviewed(runtime.outputs["ApiUrl"], connection_id)))


def _started(console: Console, runtime: Runtime, ledger: Ledger, connection_id: str) -> Round:
    """Show the report of the review, start the connection, and sync it."""
    api = runtime.outputs["ApiUrl"]
    _tell_review(console, runtime, connection_id)
    console.print("Starting to post, as you would after reading the review")
    start_posting(api, connection_id)
    done = _round(console, runtime, ledger, connection_id)
    carried_out, unlike = against_plan(api, connection_id)
    console.print(
        f"\nOf {carried_out} plans, {len(unlike)} came out differently from the "
        f"review{':' if unlike else '.'}"
    )
    for one in unlike[:SHOWN]:
        console.print(Text(f"  {one}"))
    if len(unlike) > SHOWN:
        console.print(f"  and {len(unlike) - SHOWN} more")
    return done


def _round(console: Console, runtime: Runtime, ledger: Ledger, connection_id: str) -> Round:
    before, calls = ledger.look(connection_id), calls_of(runtime.quickbooks)
    began = time.monotonic()
    trigger(runtime, connection_id)
    console.print("Checking both sides for changes\n")
    with Bars(console) as bars:
        done = watch_round(
            runtime,
            ledger,
            connection_id,
            after=before,
            found=bars.found,
            progress=bars.move,
            since=began,
        )
    show_round(console, done, _more(calls, calls_of(runtime.quickbooks)))
    return done


def _stay_up(
    console: Console, runtime: Runtime, ledger: Ledger, connection_id: str, latest: Look
) -> None:
    """Tell of every further round until a person ends the session."""
    while True:
        _wait_while_broken(console, runtime, ledger, connection_id)
        calls = calls_of(runtime.quickbooks)
        try:
            done = watch_round(
                runtime,
                ledger,
                connection_id,
                after=latest,
                found=lambda _look: None,
                progress=lambda _outcomes: None,
                seconds=FOR_EVER,
            )
        except BrokenError:
            continue
        console.print(f"\n{time.strftime('%H:%M:%S')}")
        show_round(console, done, _more(calls, calls_of(runtime.quickbooks)))
        latest = done.look


def _wait_while_broken(
    console: Console, runtime: Runtime, ledger: Ledger, connection_id: str
) -> None:
    """Say once why a connection does not work, and wait until it does."""
    if (reason := ledger.broken(connection_id)) is None:
        return
    console.print(Text(f"\n{time.strftime('%H:%M:%S')}\n{reason}"))
    while ledger.broken(connection_id):
        runtime.check()
        time.sleep(PAUSE_SECONDS)
    console.print(f"\n{time.strftime('%H:%M:%S')}\nThe connection works again.")


def _more(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after}
