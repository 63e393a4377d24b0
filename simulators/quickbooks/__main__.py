"""Starts the QuickBooks Online simulator."""

import argparse
import asyncio
import gc
import signal
import sys
from pathlib import Path

from aiohttp import web

from simulators.quickbooks.app import build
from simulators.quickbooks.switches import Switches, change, describe
from simulators.quickbooks.world import CLIENT_ID, CLIENT_SECRET, REALM, Settings, World

COLLECT_RARELY = (100_000, 50, 1000)


def main() -> int:
    """Parse the command line and serve until a signal comes."""
    options = _parser().parse_args()
    switches = Switches()
    try:
        explicit = dict(pair.split("=", 1) for pair in options.switch)
        change(switches, explicit)
    except (KeyError, ValueError) as error:
        sys.stderr.write(f"no such switch or value: {error}\n")
        return 2
    world = World(
        Settings(
            realms=tuple(options.realm or [REALM]),
            client_id=options.client_id,
            client_secret=options.client_secret,
            speed=options.speed,
            sample=options.sample,
            state=options.state,
            switches=switches,
            redirects=tuple(options.redirect_uri),
            explicit=explicit,
        )
    )
    gc.freeze()
    gc.set_threshold(*COLLECT_RARELY)
    asyncio.run(_serve(world, options.host, options.port))
    return 0


async def _serve(world: World, host: str, port: int) -> None:
    runner = web.AppRunner(build(world), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    address, bound = runner.addresses[0][:2]
    world.base = f"http://{address}:{bound}"
    sys.stdout.write(f"QuickBooks simulator: http://{address}:{bound}\n")
    sys.stdout.flush()
    await stop.wait()
    await world.webhooks.stop()
    await runner.cleanup()
    if world.settings.state is not None:
        world.save(world.settings.state)


def _parser() -> argparse.ArgumentParser:
    switches = "\n".join(f"  {name:24} {default:14} {why}" for name, default, why in describe())
    parser = argparse.ArgumentParser(
        prog="python -m simulators.quickbooks",
        description=(
            "A QuickBooks Online company on this machine. Accounting API under /v3/company/REALM,"
            " OAuth under /connect/oauth2 and /oauth2/v1/tokens/bearer, discovery under"
            " /.well-known/openid_configuration, admin side under /_sim/."
        ),
        epilog=f"switches (--switch NAME=VALUE, or POST /_sim/switches):\n{switches}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--state", type=Path, help="file that keeps the company over restarts")
    parser.add_argument(
        "--realm", action="append", type=realm, help=f"company id, repeatable ({REALM})"
    )
    parser.add_argument("--client-id", default=CLIENT_ID, help=f"id of the app ({CLIENT_ID})")
    parser.add_argument(
        "--client-secret", default=CLIENT_SECRET, help=f"secret of the app ({CLIENT_SECRET})"
    )
    parser.add_argument(
        "--redirect-uri", action="append", default=[], help="allowed redirect, repeatable (any)"
    )
    parser.add_argument(
        "--speed", type=speed, default=1.0, help="limits and lifetimes pass this much faster (1)"
    )
    parser.add_argument(
        "--sample", action="store_true", help="open a sample company, not a new one"
    )
    parser.add_argument(
        "--switch",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set a switch, repeatable",
    )
    return parser


def realm(text: str) -> str:
    """Read a company id, which is a number.

    Raises:
        ValueError: It is none.
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return text


def speed(text: str) -> float:
    """Read how much faster time passes.

    Raises:
        ValueError: It is no number above zero.
    """
    times = float(text)
    if not 0 < times < float("inf"):
        raise ValueError(text)
    return times


if __name__ == "__main__":
    sys.exit(main())
