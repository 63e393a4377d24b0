"""Home: every connection with its state; one connection; what people did in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from connector.api import life, past
from connector.api.connections import ShownConnection
from connector.api.life import Close, Start
from connector.api.past import ActivityAsked
from connector.api.plans import review
from connector.api.plans.readiness import not_yet, refuse_early
from connector.api.plans.seen_matches import compared_at
from connector.api.runs import overview
from connector.api.runs.overview import Stands
from connector.console import deeds
from connector.console.asking import Go, PageRequest, Pages, PageView, Reply, address
from connector.console.pages.matches import open_matches
from connector.console.pages.shared import CONNECTION, Concerned, ask_first, is_sure, page_of
from connector.console.reading import form_of
from connector.console.sorting import Columns, sort
from connector.errors import RequestError
from connector.model.connection import Phase
from connector.model.control.people import Role, Visitor
from connector.services import services

pages = Pages()
ACTIVITY_SHOWN = 50
COMPANIES_SHOWN = 50


@dataclass(frozen=True)
class Mine:
    """A connection with where it stands, and what the person is in it.

    connection: how it stands.
    role: None of one who is an admin everywhere.
    """

    connection: ShownConnection
    role: Role
    stands: Stands


COLUMNS: Columns[Mine] = {
    "company": lambda one: one.connection.company.casefold(),
    "state": lambda one: (str(one.connection.state), one.connection.phase.value),
    "needs": lambda one: one.stands.refused + one.stands.waiting,
    "run": lambda one: one.stands.run_at,
    "calls": lambda one: one.stands.metered,
}


@pages.get("", role=None)
def show_home(asked: PageRequest) -> Reply:
    """Show the connections that the person has a role in, by name, page by page."""
    known = _known(asked.person)
    if len(known) == 1 and not asked.person.everywhere:
        return Go(to=f"/connections/{known[0].connection_id}")
    name = asked.query.get("name", "").strip()
    found = [one for one in known if name.casefold() in one.company.casefold()]
    backwards = asked.query.get("sort") == "-company"
    shown, following = some_after(asked.query.get("after", ""), found, backwards=backwards)
    mine, sorting = sort(
        asked, _mine(asked.person, shown), COLUMNS, following=following, stored={"company"}
    )
    return PageView(
        template="home.html",
        title="Your companies",
        values={
            "mine": mine,
            "sorting": sorting,
            "name": name,
            "all": len(known),
            "found": len(found),
            "next": following,
        },
    )


def some_after(
    place: str, found: Iterable[ShownConnection], *, backwards: bool = False
) -> tuple[list[ShownConnection], str | None]:
    """Return one page of connections, those after a place, and the place that the next is after."""
    in_order = sorted(found, key=_place, reverse=backwards)
    later = [
        one
        for one in in_order
        if not place or (_place(one) < place if backwards else _place(one) > place)
    ]
    shown = later[:COMPANIES_SHOWN]
    return shown, _place(shown[-1]) if later[COMPANIES_SHOWN:] else None


def _place(one: ShownConnection) -> str:
    return f"{one.company.casefold()} {one.connection_id}"


def _known(person: Visitor) -> tuple[ShownConnection, ...]:
    """Return the connections of a person by name; an admin of everything has them all."""
    return overview.everything() if person.everywhere else overview.some(person.roles)


def _mine(person: Visitor, shown: list[ShownConnection]) -> list[Mine]:
    stands = overview.stand(services(), [one.connection_id for one in shown])
    return [
        Mine(one, person.role_in(own) or Role.VIEWER, stands[own])
        for one in shown
        if (own := one.connection_id) in stands
    ]


@pages.get(CONNECTION)
def show_connection(asked: PageRequest) -> Reply:
    """Show where a connection stands."""
    own = asked.connection_id
    shown, stands = life.show(own), overview.stand(services(), [own])[own]
    title = shown.connection.company
    in_review = shown.connection.phase is Phase.REVIEW
    return page_of(
        asked,
        "connection.html",
        title,
        life=shown,
        stands=stands,
        to_look_at=overview.to_look_at(own),
        compared_at=compared_at(own) if in_review else None,
        not_yet=not_yet(own) if in_review else None,
    )


@pages.post(f"{CONNECTION}/start", role=Role.ADMIN)
def start(asked: PageRequest) -> Reply:
    """Tell what would be posted; once that was seen, let a connection in review post."""
    if asked.connection and asked.connection.phase is Phase.REVIEW and not is_sure(asked):
        return _before_start(asked)
    told = {
        "link_certain": asked.value("link_certain") == "yes",
        "compared_at": asked.value("compared_at") or None,
        "reviewed_at": asked.value("reviewed_at") or None,
    }
    life.start(services(), asked.connection_id, form_of(Start, told), by=asked.by)
    return Go(to=asked.at(), said="Started. The planned records are being posted now.")


def _before_start(asked: PageRequest) -> PageView:
    """Show what starting posts, what stays, and which matches are not decided yet."""
    own = asked.connection_id
    refuse_early(own)
    report = review.show(own)
    rows = [
        Concerned(one.flow, it.name, it.count, it.total)
        for one in report.flows
        for it in one.decisions
    ]
    links = asked.value("link_certain") == "yes"
    tells = [
        "Records to create or update are posted to QuickBooks, starting with a few "
        "documents of each kind, one at a time. Records that are waiting, refused, or "
        "left out are not.",
        open_matches(own, report, link_certain=links),
    ]
    fields = {name: asked.value(name) for name in ("link_certain", "compared_at")}
    fields["reviewed_at"] = report.made_at
    return ask_first(asked, tells, fields, to=asked.at("start"), back=asked.at("review"), rows=rows)


@pages.post(f"{CONNECTION}/pause", role=Role.ADMIN)
def pause(asked: PageRequest) -> Reply:
    """Stop a connection until it is resumed."""
    life.pause(asked.connection_id, by=asked.by)
    return Go(to=asked.at(), said="Paused. Nothing is posted until it is resumed.")


@pages.post(f"{CONNECTION}/resume", role=Role.ADMIN)
def resume(asked: PageRequest) -> Reply:
    """Let a paused connection go on."""
    life.resume(services(), asked.connection_id, by=asked.by)
    return Go(to=asked.at(), said="Resumed. Checking both sides for changes now.")


@pages.get(f"{CONNECTION}/close", role=Role.ADMIN)
def ask_to_close(asked: PageRequest) -> Reply:
    """Tell what closing does."""
    return page_of(asked, "close.html", "Close this connection")


@pages.post(f"{CONNECTION}/close", role=Role.ADMIN)
def close(asked: PageRequest) -> Reply:
    """End a connection."""
    match asked.value("links"):
        case "keep":
            how = Close(links="keep")
        case "erase":
            how = Close(links="erase")
        case _:
            raise RequestError("Choose what happens to the links.")
    life.close(services(), asked.connection_id, how, by=asked.by)
    return Go(to=asked.at(), said="Closed. Access to both sides is being revoked.")


@pages.get(f"{CONNECTION}/activity")
def show_activity(asked: PageRequest) -> Reply:
    """Show what people changed."""
    after = asked.query.get("after") or None
    names = ActivityAsked.model_fields
    told = {one: asked.query[one].strip() for one in names if asked.query.get(one, "").strip()}
    wanted = form_of(ActivityAsked, told)
    shown = past.show(asked.connection_id, wanted, after=after, limit=ACTIVITY_SHOWN)
    return page_of(
        asked,
        "activity.html",
        "Activity",
        deeds=deeds.shown(asked.connection_id, shown.activity),
        next=shown.next,
        told=told,
        again=address("", **told).removeprefix("?"),
    )
