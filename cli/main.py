"""The command line of the connector: `mobiwork-quickbooks`."""

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cli import target
from cli.commands import (
    activity,
    books,
    budget,
    connecting,
    life,
    matching,
    operations,
    payments,
    people,
    records,
    review,
    runs,
    settings,
    undoing,
    worklist,
)
from cli.errors import MEANINGS, CommandError, ExitCode
from cli.screen import Screen
from cli.session import Session

NAME = "mobiwork-quickbooks"
INTERRUPTED = 130
CODES = "\n\n".join(f"{code.value}  {words}" for code, words in MEANINGS.items())
EXAMPLES: tuple[tuple[str, Callable[..., None], tuple[str, ...]], ...] = (
    ("connections", life.show_connections, ("connections", "connections c5f0d2a7e9b31")),
    ("connect", connecting.connect, ("connect 40321 --login connector",)),
    ("confirm", connecting.confirm, ("confirm 481-207 --confirmation 5fJ0",)),
    ("review", review.review, ("review", "review --again", "review --csv plans.csv")),
    (
        "dry-run",
        review.dry_run,
        ("dry-run", "dry-run push_invoices", "dry-run push_invoices 5501 --json"),
    ),
    ("start", life.start, ("start --link-certain",)),
    ("pause", life.pause, ("pause",)),
    ("resume", life.resume, ("resume",)),
    ("close", life.close, ("close --links keep",)),
    ("run", runs.run, ("run", "run --flow push_invoices", "run --record push_invoices/5501")),
    (
        "runs",
        runs.runs,
        ("runs", "runs 20261129T180116-043cec9b --outcome refused", "runs --json --limit 5"),
    ),
    (
        "find",
        records.find,
        ("find INV-1042", "find push_invoices/5501", "find --customer Heron --state waiting"),
    ),
    (
        "worklist",
        worklist.worklist,
        (
            "worklist",
            'worklist "payment-method|Venmo"',
            "worklist --candidates push_customers/700042",
        ),
    ),
    (
        "fix",
        worklist.fix,
        ('fix choose "payment-method|Venmo" --to Check', "fix retry --entry push_invoices/5501"),
    ),
    (
        "note",
        worklist.note,
        ('note "Ann asks the customer" --cause tax --assign ann --until 2026-12-24',),
    ),
    (
        "payments",
        payments.payments,
        ("payments --all --customer Heron", "payments", "payments --push 901 --include-invoices"),
    ),
    (
        "settings",
        settings.settings,
        (
            "settings",
            "settings start_date --set start_date=2026-01-01 --preview",
            "settings deposit_account --choices",
        ),
    ),
    (
        "match",
        matching.match,
        ("match invoice --grade likely", "match invoice 5501 --decide same", "match --all-certain"),
    ),
    (
        "books",
        books.books,
        (
            "books --from 2026-10-01 --to 2026-10-31",
            "books --to 2026-10-31 --proven --pdf october.pdf",
            'books 20261129T1900-1a2b --cause "sales tax"',
        ),
    ),
    ("undo", undoing.undo, ("undo 20261129T180116-043cec9b --preview",)),
    ("post-again", undoing.post_again, ("post-again push_invoices 5501",)),
    ("approve", review.approve, ("approve push_invoices", "approve push_invoices 5501 5502")),
    ("budget", budget.budget, ("budget", "budget --app", "budget --run 20261129T180116-043cec9b")),
    (
        "people",
        people.people,
        ("people", "people --invite ann@harbor.example --as bookkeeper"),
    ),
    ("digest", people.digest, ("digest", "digest --often daily --hour 7")),
    ("activity", activity.activity, ("activity",)),
    ("probe", operations.probe, ("probe",)),
    ("dead-letters", operations.dead_letters, ("dead-letters", "dead-letters schedules --redrive")),
)
"""The commands in the order in which `--help` lists them, each with examples."""


def make(session: Session | None = None) -> typer.Typer:
    """Return the commands; a `session` is given in tests."""
    app = typer.Typer(
        name=NAME,
        help="Manage connections between MobiWork accounts and QuickBooks companies.",
        epilog=f"Exit codes:\n\n{CODES}",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )
    app.callback()(_options(session))
    for name, command, lines in EXAMPLES:
        shown = "\n\n".join(f"{NAME} {line}" for line in lines)
        app.command(name, epilog=f"Examples:\n\n{shown}")(command)
    return app


def _options(given: Session | None) -> Callable[..., None]:
    """Return what reads the options that come before a command."""

    def options(
        context: typer.Context,
        stack: Annotated[
            str | None,
            typer.Option(
                help="The name of a deployed stack; default: the runtime on this laptop.",
                envvar="MOBIWORK_QUICKBOOKS_STACK",
            ),
        ] = None,
        region: Annotated[
            str | None,
            typer.Option(help="The region of the stack; default: the region of your profile."),
        ] = None,
        folder: Annotated[
            Path | None, typer.Option(help="Where the laptop runtime keeps its state.")
        ] = None,
    ) -> None:
        find = partial(target.find, stack=stack, region=region, folder=folder)
        context.obj = given or Session(find, pause=time.sleep)

    return options


def run(arguments: Sequence[str] | None = None, session: Session | None = None) -> int:
    """Run a command; returns its exit code."""
    screen = session.screen if session else Screen()
    try:
        make(session)(arguments)
    except SystemExit as ended:
        return int(ended.code or 0)
    except CommandError as error:
        screen.remarks.print(Text(str(error), style="red"))
        return error.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return ExitCode.DONE
    return ExitCode.DONE


def main() -> None:
    """Run the command that was typed."""
    sys.exit(run())
