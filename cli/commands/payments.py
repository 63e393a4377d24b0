"""View Payments: listed with where each stands, and pushed by hand."""

from typing import Annotated

import typer

from cli.screen import money
from cli.session import AsJson, OfConnection, Yes, session_of

HEADINGS = ("payment", "invoice", "date", "#amount", "state", "QuickBooks", "why")


def payments(
    context: typer.Context,
    push: Annotated[
        list[str] | None, typer.Option("--push", help="Push a payment, by its id; repeatable.")
    ] = None,
    include_invoices: Annotated[
        bool, typer.Option("--include-invoices", help="Push the invoices that they pay first.")
    ] = False,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    yes: Yes = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """List payments with where each stands, or push some by hand."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/payments"
    if push:
        session.sure(f"{len(push)} payments are pushed to QuickBooks. Do it?", yes=yes)
        told = session.api.post(path, {"payment_ids": push, "include_invoices": include_invoices})
        session.show(told, lambda: session.screen.say(f"Run {told['run_id']} pushes them."))
        return
    found = [*session.api.pages(path, "payments", most=limit)]
    rows = [
        (
            one["payment_id"],
            one["invoice"],
            one["paid_on"],
            money(one["amount"]),
            one["state"],
            one["quickbooks_id"],
            one["reason"],
        )
        for one in found
    ]
    session.show(found, lambda: session.screen.table(HEADINGS, rows))
