"""Start the simulator: `python -m simulators.mobiwork --sample 1`."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from aiohttp import web

from simulators.mobiwork import sample
from simulators.mobiwork.account import CLIENT_ID, LOGIN_ID, PASSWORD, Account
from simulators.mobiwork.server import application
from simulators.mobiwork.service import Service
from simulators.mobiwork.store import Store, restored, saved, write_atomically
from simulators.mobiwork.switches import Switches, changed, described, from_text, with_lists


def options() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(
        prog="python -m simulators.mobiwork",
        description="A MobiWork account on 127.0.0.1. Admin calls are under /_sim/.",
        epilog=f"switches (also: POST /_sim/switches):\n{described()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0 = any free port (default)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="load at start, save at stop")
    parser.add_argument("--client-id", default=CLIENT_ID, help=f"default {CLIENT_ID}")
    parser.add_argument("--login-id", default=LOGIN_ID, help=f"default {LOGIN_ID}")
    parser.add_argument("--password", default=PASSWORD, help=f"default {PASSWORD}")
    parser.add_argument(
        "--sample", type=int, metavar="SEED", help="load a sample company, unless --state exists"
    )
    parser.add_argument(
        "--sample-size",
        type=float,
        default=1.0,
        metavar="N",
        help="times 40 customers, 60 products, 120 invoices, 90 payments; 250 = 10,000 customers",
    )
    parser.add_argument(
        "--with-trouble", action="store_true", help="add records that cannot be booked as they are"
    )
    parser.add_argument(
        "--switch", action="append", default=[], metavar="NAME=VALUE", help="set a switch"
    )
    return parser


def service_from(given: argparse.Namespace) -> Service:
    """The simulator that the options ask for.

    Raises:
        ValueError: A switch does not exist or cannot have that value.
    """
    switches = Switches()
    for text in given.switch:
        switches = from_text(switches, text)
    account = Account(client_id=given.client_id, login_id=given.login_id, password=given.password)
    account.switches = switches

    def fill(store: Store) -> None:
        if given.sample is not None:
            sample.fill(
                store, seed=given.sample, size=given.sample_size, trouble=given.with_trouble
            )

    service = Service(account=account, first_switches=switches, fill=fill)
    if given.state and given.state.exists():
        state = json.loads(given.state.read_text(encoding="utf-8"))
        account.store = restored(state)
        account.switches = changed(switches, {} if given.switch else state["switches"])
    else:
        fill(account.store)
    return service


async def run(service: Service, port: int, state: Path | None) -> None:
    """Serve until SIGTERM or SIGINT, then save."""
    runner = web.AppRunner(application(service), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bound = runner.addresses[0][1]
    sys.stdout.write(f"MobiWork simulator: http://127.0.0.1:{bound}\n")
    sys.stdout.flush()
    await stop.wait()
    await runner.cleanup()
    if state:
        account = service.account
        write_atomically(state, saved(account.store, with_lists(account.switches)))


def main() -> None:
    """Read the command line and serve."""
    parser = options()
    given = parser.parse_args()
    try:
        service = service_from(given)
    except ValueError as error:
        parser.error(str(error))
    asyncio.run(run(service, given.port, given.state))


if __name__ == "__main__":
    main()
