"""Customers of QuickBooks and those below them, between two sides."""

from typing import Any

from tests.unit.engine.two_sides import TwoSides


def enter(sides: TwoSides, name: str, *above: tuple[str, str], **changes: Any) -> str:
    members: dict[str, Any] = {"DisplayName": name, "CompanyName": name}
    if above:
        full = ":".join([*(one[0] for one in above), name])
        members |= {
            "Job": True,
            "ParentRef": {"value": above[-1][1]},
            "FullyQualifiedName": full,
            "Level": len(above),
        }
    return sides.in_quickbooks("Customer", **(members | changes))


def family(sides: TwoSides) -> tuple[str, str, str]:
    top = enter(sides, "Heron")
    middle = enter(sides, "Kitchen", ("Heron", top))
    low = enter(sides, "Sink", ("Heron", top), ("Kitchen", middle))
    return top, middle, low


def run_next(sides: TwoSides, *told: str) -> dict[str, int]:
    """Let the next run look, pull what QuickBooks told of, and push."""
    sides.run_id = f"{sides.run_id}+"
    sides.look()
    if told:
        sides.tell("Customer", *told)
    outcomes = sides.pull("pull_customers")
    sides.push("customer")
    return outcomes


def move_customer(sides: TwoSides, number: str, *above: tuple[str, str], **changes: Any) -> str:
    """Let the accountant move a customer below another one; return its MobiWork id."""
    name = next(
        one["DisplayName"] for one in sides.quickbooks.records["Customer"] if one["Id"] == number
    )
    place = {
        "Job": bool(above),
        "ParentRef": {"value": above[-1][1]} if above else None,
        "FullyQualifiedName": ":".join([*(one[0] for one in above), name]),
    }
    sides.quickbooks.edit("Customer", number, **(place | changes))
    return sides.owner("Customer", number)


def at_rest(sides: TwoSides) -> bool:
    """Tell whether two more runs that are told of everything change nothing on either side."""

    def state() -> tuple[Any, ...]:
        in_mobiwork = {
            own: sorted((one.tag, one.text or "") for one in record.iter())
            for own, record in sides.mobiwork.records_of["customer"].items()
        }
        return in_mobiwork, [dict(one) for one in sides.quickbooks.records["Customer"]]

    before = state()
    every = [one["Id"] for one in sides.quickbooks.records["Customer"]]
    outcomes = [run_next(sides, *every) for _ in range(2)]
    return state() == before and all(set(one) <= {"unchanged"} for one in outcomes)


TOP, MIDDLE, LOW, DOCK = "1", "2", "3", "4"


def parent_of(sides: TwoSides, number: str) -> str | None:
    return sides.text("customer", sides.owner("Customer", number), "parentCustomerId")
