"""View Payments: listed with where each stands, and pushed by hand."""

from decimal import Decimal
from typing import Annotated

import typer

from cli.api import Body
from cli.screen import counted, money
from cli.session import AsJson, OfConnection, Session, Yes, session_of

ALL = ("kind", "!record", "what", "date", "#amount", "method", "state", "QuickBooks", "why")
HEADINGS = (
    "payment",
    "customer",
    "invoice",
    "date",
    "#amount",
    "method",
    "state",
    "QuickBooks",
    "why",
)


def payments(
    context: typer.Context,
    push: Annotated[
        list[str] | None, typer.Option("--push", help="The ID of a payment to push; repeatable.")
    ] = None,
    include_invoices: Annotated[
        bool,
        typer.Option(
            "--include-invoices",
            help="Push the invoices they pay first, including those of sales orders.",
        ),
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="All money movements, including refunds and credits.")
    ] = False,
    kind: Annotated[str, typer.Option(help="Only this kind, such as 'credit or refund'.")] = "",
    state: Annotated[str, typer.Option(help="Only those in this state: waiting ...")] = "",
    customer: Annotated[str, typer.Option(help="The beginning of the customer's name.")] = "",
    method: Annotated[str, typer.Option(help="How it was paid, such as Check.")] = "",
    first: Annotated[str, typer.Option("--from", help="Dated this day or later.")] = "",
    last: Annotated[str, typer.Option("--to", help="Dated this day or earlier.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="The maximum number to list.")] = 50,
    yes: Yes = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """List payments with where each stands, or push some by hand."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/payments"
    if push:
        _push(session, path, {"payment_ids": push, "include_invoices": include_invoices}, yes=yes)
        return
    query: Body = {"kind": kind, "state": state, "customer": customer, "method": method}
    query |= {"from": first, "to": last}
    if every or any(query.values()):
        moved = [*session.api.pages(f"{path}/all", "payments", most=limit, step=99, **query)]
        session.show(moved, lambda: session.screen.table(ALL, map(_moved, moved)))
        return
    found = [*session.api.pages(path, "payments", most=limit)]
    rows = [
        (
            one["payment_id"],
            one["customer"],
            one["invoice"],
            one["paid_on"],
            money(one["amount"]),
            one["method"],
            one["state"],
            one["quickbooks_id"],
            one["reason"],
        )
        for one in found
    ]
    session.show(found, lambda: session.screen.table(HEADINGS, rows))


def _push(session: Session, path: str, chosen: Body, *, yes: bool) -> None:
    """Tell what becomes of each payment, ask, and push them."""
    foretold = session.api.post(path, chosen | {"preview": True})["payments"]
    for one in foretold:
        paid = f", {money(one['amount'])}" if one["amount"] is not None else ""
        session.screen.hint(
            f"payment {one['payment_id']} of {one['invoice']}{paid}: {one['tells']}"
        )
    going = [one for one in foretold if one["goes"]]
    total = sum((Decimal(str(one["amount"] or 0)) for one in going), Decimal(0))
    stays = f" {len(foretold) - len(going)} wait." if len(going) < len(foretold) else ""
    what = f"{counted(len(going), 'payment')}, {money(total)}.{stays}"
    session.sure(f"To push to QuickBooks: {what} Continue?", yes=yes)
    told = session.api.post(path, chosen)
    session.show(told, lambda: session.screen.say(f"Run {told['run_id']} pushes them."))


def _moved(one: Body) -> tuple[object, ...]:
    return (
        one["kind"],
        f"{one['flow']}/{one['record_id']}",
        one["label"],
        one["dated"],
        money(one["amount"]),
        one["method"],
        one["state"],
        one["quickbooks_id"],
        one["reason"],
    )
