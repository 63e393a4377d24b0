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
    add = parser.add_argument
    add("--port", type=int, default=0, help="0 = any free port (default)")
    add("--state", type=Path, metavar="FILE", help="load at start, save at stop")
    add("--client-id", default=CLIENT_ID, help=f"default {CLIENT_ID}")
    add("--login-id", default=LOGIN_ID, help=f"default {LOGIN_ID}")
    add("--password", default=PASSWORD, help=f"default {PASSWORD}")
    add("--second", metavar="ID", help="another account of the same login, with a small company")
    add("--sample", type=int, metavar="SEED", help="load a sample company, unless --state exists")
    add("--sample-size", type=float, default=1.0, metavar="N", help=_SIZE_HELP)
    add("--with-trouble", action="store_true", help="add records that cannot be booked as they are")
    add("--native-links", action="store_true", help=_LINKS_HELP)
    add("--switch", action="append", default=[], metavar="NAME=VALUE", help="set a switch")
    return parser


SECOND = "second"
_SMALL = 0.05  # of a sample company: two customers, six invoices
_PATIENCE = 2.0  # seconds that a clean stop waits for requests under way
_SIZE_HELP = (
    "times 40 customers, 60 products, 120 invoices, 90 payments; 250 = 10,000 customers (default 1)"
)
_LINKS_HELP = "every fourth customer and product has an external id such as 74,QBO"


def service_from(given: argparse.Namespace) -> Service:
    """The simulator that the options ask for.

    Raises:
        ValueError: A switch does not exist or cannot have that value, or a file is no state file.
    """
    switches = Switches()
    for text in given.switch:
        switches = from_text(switches, text)

    def fill(store: Store) -> None:
        if given.sample is not None:
            sample.fill(
                store,
                seed=given.sample,
                size=given.sample_size,
                trouble=given.with_trouble,
                native_links=given.native_links,
            )

    login = {"login_id": given.login_id, "password": given.password}
    account = Account(client_id=given.client_id, **login)
    second = Account(client_id=given.second, switches=switches, **login) if given.second else None
    service = Service(account=account, second=second, first_switches=switches, fill=fill)
    there = bool(given.state and given.state.exists())
    state = json.loads(given.state.read_text(encoding="utf-8")) if there else {}
    if second and SECOND in state:
        second.store = restored(state[SECOND])
    elif second:
        sample.fill(second.store, seed=(given.sample or 0) + 1, size=_SMALL)
    if there:
        account.store = restored(state)
        account.switches = switches if given.switch else changed(switches, state["switches"])
    else:
        service.reset(empty=False)
    return service


async def run(service: Service, port: int, state: Path | None) -> None:
    """Serve until SIGTERM or SIGINT, then save."""
    runner = web.AppRunner(application(service), access_log=None, shutdown_timeout=_PATIENCE)
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
        write(state, service)


def write(state: Path, service: Service) -> None:
    """Write the state of both accounts."""
    account, second = service.account, service.second
    beside = {SECOND: saved(second.store, with_lists(second.switches))} if second else {}
    write_atomically(state, saved(account.store, with_lists(account.switches)) | beside)


def main() -> None:
    """Read the command line and serve."""
    parser = options()
    given = parser.parse_args()
    try:
        service = service_from(given)
    except ValueError as error:
        parser.error(str(error))
    try:
        asyncio.run(run(service, given.port, given.state))
    except OSError as error:
        parser.exit(1, f"cannot serve: {error}\n")


if __name__ == "__main__":
    main()
