"""Records: found by what is known of them, counted, and told from their reading to the books."""

from typing import Annotated

import typer

from cli.api import Body
from cli.commands.runs import outcome_row
from cli.errors import CommandError, ExitCode
from cli.screen import kind, moment, money
from cli.session import AsJson, OfConnection, Session, session_of

FOUND = ("!record", "what", "customer", "date", "#amount", "state", "since", "QuickBooks", "why")
COUNTS = ("kind", "state", "#records", "#amount")


def find(
    context: typer.Context,
    number: Annotated[
        str, typer.Argument(help="A number or name, or part of it; or one record, as FLOW/ID.")
    ] = "",
    customer: Annotated[
        str, typer.Option(help="The beginning of the customer's or vendor's name.")
    ] = "",
    amount: Annotated[str, typer.Option(help="The exact amount.")] = "",
    first: Annotated[str, typer.Option("--from", help="Dated this day or later.")] = "",
    last: Annotated[str, typer.Option("--to", help="Dated this day or earlier.")] = "",
    state: Annotated[
        str, typer.Option(help="Its state: posted, waiting, refused, left out ...")
    ] = "",
    flow: Annotated[str, typer.Option(help="Only of this flow, such as push_invoices.")] = "",
    mobiwork_id: Annotated[str, typer.Option(help="Its MobiWork ID.")] = "",
    quickbooks_id: Annotated[str, typer.Option(help="Its QuickBooks ID.")] = "",
    counts: Annotated[bool, typer.Option("--counts", help="Only count records by state.")] = False,
    now: Annotated[
        bool, typer.Option("--now", help="Read FLOW/ID on both sides: one read of QuickBooks.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="The maximum number to list.")] = 50,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Find records; of one alone, tell its whole story."""
    session = session_of(context, connection, as_json=as_json)
    if counts:
        told = session.api.get(f"{session.path}/counts")
        session.show(told, lambda: session.screen.table(COUNTS, map(_count, told["counts"])))
        return
    if "/" in number:
        _tell(session, number, now=now)
        return
    plain = amount.replace("$", "").replace(",", "")
    query: Body = {"number": number, "customer": customer, "amount": plain, "from": first}
    query |= {"to": last, "state": state, "flow": flow}
    query |= {"mobiwork_id": mobiwork_id, "quickbooks_id": quickbooks_id}
    path = f"{session.path}/records"
    found = [*session.api.pages(path, "records", most=limit, step=99, **query)]
    if len(found) == 1 and not state:
        _tell(session, f"{found[0]['flow']}/{found[0]['record_id']}")
        return
    if not found and not session.as_json:
        raise CommandError("No record matches.", ExitCode.REFUSED)
    session.show(found, lambda: session.screen.table(FOUND, map(_row, found)))


def _tell(session: Session, record: str, *, now: bool = False) -> None:
    path = f"{session.path}/records/{record}"
    story = session.api.post(f"{path}/comparison") if now else session.api.get(path)
    session.show(story, lambda: _show(session, story))


def _show(session: Session, story: Body) -> None:
    say, stands = session.screen.say, story["stands"] or {}
    since = f" since {moment(stands['since'])}" if stands else ""
    say(f"{stands.get('label', story['record_id'])}: {stands.get('state', 'on its way')}{since}")
    say(f"  read {moment(story['read_at'])}, {story['flow']}/{story['record_id']}")
    on_its_way = story["on_its_way"] or {}
    reasons = (stands.get("reason"), on_its_way.get("reason"), story["left_out"])
    for text in dict.fromkeys(filter(None, reasons)):
        say(f"  {text}")
    for one in story["other_side"]:
        total = f", {money(one['total'])}" if one["total"] else ""
        say(f"  {one['how']}: {one['target']} {one['quickbooks_id'] or ''}{total}")
        for text in (*one["changed_since"], one["page"]):
            if text:
                say(f"    {text}")
    if story["cost"]:
        say(f"  {story['cost']}")
    say()
    rows = [(moment(one.get("at")), *outcome_row(one)[2:]) for one in story["outcomes"]]
    session.screen.table(("when", "outcome", "#amount", "QuickBooks", "why"), rows)
    people = [
        (moment(one["at"]), one["by"].rpartition("/")[2], one["what"]) for one in story["people"]
    ]
    if people:
        say()
        session.screen.table(("when", "who", "what"), people)


def _row(one: Body) -> tuple[object, ...]:
    return (
        f"{one['flow']}/{one['record_id']}",
        one["label"],
        one.get("customer"),
        one.get("day"),
        money(one.get("amount")),
        one["state"],
        moment(one["since"]),
        one.get("quickbooks_id"),
        one.get("reason"),
    )


def _count(one: Body) -> tuple[object, ...]:
    return kind(one["flow"]), one["state"], one["count"], money(one["amount"])
