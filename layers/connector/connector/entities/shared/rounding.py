"""Sums to the cent: lines that are rounded one by one, and what is shared out over them."""

from collections.abc import Sequence
from decimal import Decimal

from connector.entities.shared.wire import CENT, NOTHING, cents

HALF = CENT / 2


def with_cents(
    amounts: Sequence[Decimal], exact: Sequence[Decimal], wanted: Decimal, *, rounded: int = 0
) -> list[Decimal]:
    """Return the amounts of lines so that they add up to `wanted`, if only rounding is between.

    A cent goes where rounding took it or gave it, line by line. Where more than rounding is
    between, the amounts stay as they are.

    Args:
        amounts: the lines in cents.
        exact: the lines as computed, before they were rounded.
        wanted: what they are to add up to, in cents.
        rounded: how many other figures that `wanted` was made of were rounded, such as the tax.
    """
    missing = wanted - sum(amounts, NOTHING)
    off = abs(wanted - sum(exact, NOTHING))
    explained = off <= HALF or off < HALF * (1 + rounded)
    movable = [at for at, amount in enumerate(amounts) if amount]
    moves = int(abs(missing) / CENT)
    if not moves or not movable or (not explained and moves > len(movable)):
        return list(amounts)
    step = CENT.copy_sign(missing)
    order = sorted(movable, key=lambda at: (amounts[at] - exact[at]) * step)
    found = list(amounts)
    for turn in range(moves):
        found[order[turn % len(order)]] += step
    return found if explained or _of_halves(found, amounts, exact) else list(amounts)


def _of_halves(
    found: Sequence[Decimal], amounts: Sequence[Decimal], exact: Sequence[Decimal]
) -> bool:
    """Tell whether all that was moved are half cents, which some round down and some to even."""
    lines = zip(found, amounts, exact, strict=True)
    return all(abs(one - whole) <= HALF for one, before, whole in lines if one != before)


def exact_amount(amount: Decimal, computed: Decimal) -> Decimal:
    """Return what a line comes to before rounding; its own amount where it is not computed.

    MobiWork may have rounded the amount itself, or the discount that was taken off.
    """
    return computed if abs(computed - amount) <= HALF else amount


def spread(amounts: Sequence[Decimal], extra: Decimal) -> list[Decimal]:
    """Add `extra` to the positive amounts in proportion, so that not a cent is lost.

    Without a positive amount, nothing can be added and the amounts stay as they are.
    """
    whole = sum((one for one in amounts if one > 0), NOTHING)
    if not whole or not extra:
        return list(amounts)
    reached = given = NOTHING
    found = []
    for amount in amounts:
        reached += max(amount, NOTHING)
        share = cents(extra * reached / whole) - given
        given += share
        found.append(amount + share)
    return found
