"""Home: every connection with its state; one connection; what people did in it."""

from dataclasses import dataclass

from connector.api import activity as activities
from connector.api import connections, life
from connector.api.connections import ShownConnection
from connector.api.life import Close
from connector.console.asking import Go, PageRequest, Pages, PageView, Reply
from connector.console.pages.shared import CONNECTION, page_of
from connector.errors import RequestError
from connector.model.control.people import Role, Visitor
from connector.services import services

pages = Pages()
ACTIVITY_SHOWN = 50


@dataclass(frozen=True)
class Mine:
    """A connection and what the person is in it."""

    connection: ShownConnection
    role: Role


@pages.get("", role=None)
def show_home(asked: PageRequest) -> Reply:
    """Show the connections that the person has a role in."""
    mine = _mine(asked.person)
    if len(mine) == 1 and not asked.person.everywhere:
        return Go(to=f"/connections/{mine[0].connection.connection_id}")
    return PageView(template="home.html", title="Your companies", values={"mine": mine})


def _mine(person: Visitor) -> list[Mine]:
    """Read the connections of a person; an admin of everything has them all."""
    if person.everywhere:
        return [Mine(one, Role.ADMIN) for one in connections.list_connections().connections]
    found = [Mine(connections.show(own), role) for own, role in person.roles.items()]
    return sorted(found, key=lambda one: one.connection.company)


@pages.get(CONNECTION)
def show_connection(asked: PageRequest) -> Reply:
    """Show where a connection stands."""
    shown = life.show(asked.connection_id)
    return page_of(asked, "connection.html", shown.connection.company, life=shown)


@pages.post(f"{CONNECTION}/start", role=Role.ADMIN)
def start(asked: PageRequest) -> Reply:
    """Let a connection in review post."""
    linked = asked.value("link_certain") == "yes"
    life.start(services(), asked.connection_id, by=asked.by, link_certain=linked)
    return Go(to=asked.at(), said="Started. What was planned is being posted now.")


@pages.post(f"{CONNECTION}/pause", role=Role.ADMIN)
def pause(asked: PageRequest) -> Reply:
    """Stop a connection until it is resumed."""
    life.pause(asked.connection_id, by=asked.by)
    return Go(to=asked.at(), said="Paused. Nothing is posted until it is resumed.")


@pages.post(f"{CONNECTION}/resume", role=Role.ADMIN)
def resume(asked: PageRequest) -> Reply:
    """Let a paused connection go on."""
    life.resume(services(), asked.connection_id, by=asked.by)
    return Go(to=asked.at(), said="Resumed. Both sides are being looked at now.")


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
            raise RequestError("Choose what becomes of what was linked.")
    life.close(services(), asked.connection_id, how, by=asked.by)
    return Go(to=asked.at(), said="Closed. Its access to both sides is being given back.")


@pages.get(f"{CONNECTION}/activity")
def show_activity(asked: PageRequest) -> Reply:
    """Show what people changed."""
    after = asked.query.get("after") or None
    shown = activities.show(asked.connection_id, after=after, limit=ACTIVITY_SHOWN)
    return page_of(asked, "activity.html", "Activity", page=shown)
