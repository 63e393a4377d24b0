"""What a run is asked for, and how the state in its folder was made: both must agree."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from local.emulator import free_port, is_free
from local.folder import RunFolder, read_json, write_json

SEED = 7
USUAL_PORT = 4600


class RuntimeStateError(Exception):
    """The state in the folder does not fit what was asked; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a person chose on the command line.

    with_trouble: put records into the sample company that cannot be booked as they are.
    port: of the AWS services; 0 is any free one, None the usual one where it is free.
    realistic_limits: keep Intuit's request limits, so that a run takes as long as a real one.
    schedule: let the schedules of the stack tick.
    fresh: clear the state of earlier runs.
    webhooks: let QuickBooks ring when somebody changes something there.
    doorbell_seconds: how long after a ring the connection is looked at.
    realms: the companies of the QuickBooks simulator; none are those of the sample.
    """

    sample_size: float | None = None
    seed: int | None = None
    with_trouble: bool | None = None
    port: int | None = None
    realistic_limits: bool = False
    schedule: bool = True
    fresh: bool = False
    webhooks: bool = False
    doorbell_seconds: int = 5
    realms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """How the state in a folder was made; the services cannot read theirs on another port."""

    port: int
    seed: int
    sample_size: float
    with_trouble: bool


def made_in(folder: RunFolder, options: Options, take: Callable[[int], bool] = is_free) -> Made:
    """Read how the state was made, or decide it for a new one.

    `take` takes a port and says whether it was free.

    Raises:
        RuntimeStateError: the state there, or the port that was asked for, cannot be used.
    """
    if told := read_json(folder.made):
        made = Made(**told)
        _refuse_other(made, folder, options)
        if not take(made.port):
            raise RuntimeStateError(
                f"Port {made.port}, which the state in {folder.path} needs, is in use "
                "by another program. Stop that program, or add --fresh to start over."
            )
        return made
    made = Made(
        _port(options.port, take),
        SEED if options.seed is None else options.seed,
        1.0 if options.sample_size is None else options.sample_size,
        with_trouble=bool(options.with_trouble),
    )
    write_json(folder.made, asdict(made))
    return made


def _refuse_other(made: Made, folder: RunFolder, options: Options) -> None:
    wanted = (options.seed, options.sample_size, options.with_trouble)
    there = (made.seed, made.sample_size, made.with_trouble)
    if any(one is not None and one != other for one, other in zip(wanted, there, strict=True)):
        trouble = "with" if made.with_trouble else "without"
        raise RuntimeStateError(
            f"The sample company in {folder.path} was made with --seed {made.seed}, --sample-size "
            f"{made.sample_size:g} and {trouble} trouble. Add --fresh to make a new one."
        )
    if options.port and options.port != made.port:
        raise RuntimeStateError(
            f"The state in {folder.path} belongs to port {made.port}. Add --fresh to "
            f"start over on port {options.port}."
        )


def _port(wanted: int | None, take: Callable[[int], bool]) -> int:
    """Take the port that is wanted, or one that is free where any will do."""
    if wanted and not take(wanted):
        raise RuntimeStateError(f"Port {wanted} is in use by another program.")
    if wanted:
        return wanted
    if wanted is None and take(USUAL_PORT):
        return USUAL_PORT
    while not take(port := free_port()):
        continue
    return port
