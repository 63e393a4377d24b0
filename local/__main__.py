"""The laptop runtime on the command line: its commands `run` and `push-payments`."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from local.by_hand import push_payments
from local.children import ChildError
from local.folder import HeldError, RunFolder
from local.made import Options, RuntimeStateError
from local.runtime import ROOT, FunctionError
from local.sample import ConnectError
from local.session import run
from local.stack import StackError
from local.watch import LookError

EXPECTED = (
    ChildError,
    ConnectError,
    FunctionError,
    HeldError,
    LookError,
    RuntimeStateError,
    StackError,
)


def arguments() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_run(commands.add_parser("run", help="start everything and sync the sample company"))
    _add_push(commands.add_parser("push-payments", help="push selected payments"))
    for command in commands.choices.values():
        command.add_argument(
            "--folder", type=Path, default=ROOT / ".run", help="state and logs (default: .run)"
        )
    return parser


def _add_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("--once", action="store_true", help="stop after the run")
    command.add_argument(
        "--review",
        action="store_true",
        help="leave the connection in review, so that you can start posting yourself",
    )
    command.add_argument("--fresh", action="store_true", help="clear the state of earlier runs")
    command.add_argument(
        "--sample-size",
        type=float,
        metavar="N",
        help="multiplier for 40 customers, 60 products, 120 invoices, 90 payments (default: 1)",
    )
    command.add_argument(
        "--seed", type=int, metavar="N", help="random seed of the sample company (default: 7)"
    )
    command.add_argument(
        "--with-trouble",
        action="store_true",
        default=None,
        help="include records that cannot be posted as they are",
    )
    command.add_argument(
        "--realistic-limits",
        action="store_true",
        help="respect Intuit's request limits, as in production (slower)",
    )
    command.add_argument(
        "--port",
        type=int,
        metavar="N",
        help="port of the AWS services; 0 picks a free one (default: 4600, or a free one if "
        "it is taken)",
    )


def _add_push(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--payment", action="append", required=True, metavar="ID", help="repeatable"
    )
    command.add_argument(
        "--include-invoices", action="store_true", help="push their invoices first"
    )


def main() -> int:
    """Run a command; returns the exit code."""
    given = arguments().parse_args()
    folder = RunFolder(given.folder.resolve())
    console = Console(soft_wrap=True, highlight=False)
    try:
        if given.command == "push-payments":
            return push_payments(
                console, folder, given.payment, include_invoices=given.include_invoices
            )
        options = Options(
            sample_size=given.sample_size,
            seed=given.seed,
            with_trouble=given.with_trouble,
            port=given.port,
            realistic_limits=given.realistic_limits,
            schedule=not given.once,
            webhooks=not given.once,
            fresh=given.fresh,
        )
        return run(console, folder, options, once=given.once, review=given.review)
    except EXPECTED as error:
        console.print(Text(str(error), style="red"))
        return 1
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
