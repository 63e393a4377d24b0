"""Connecting a company: MobiWork's login, Intuit's consent page, and the company confirmed."""

from connector.api import connect, connections, consent, people
from connector.api.connect import MobiWorkLogin, Wanted
from connector.api.connections import ShownConnection
from connector.api.consent import Confirmation
from connector.api.people import Invitation
from connector.console.asking import Go, PageRequest, Pages, PageView, Reply
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.model.connection import Phase
from connector.model.control.people import Role
from connector.services import services

pages = Pages()
SECRET = "confirmation"  # noqa: S105 - the name of a cookie
AUTHORIZE = "authorize"
CALLBACK = "/connections/callback"


@pages.get("/connect", role=Role.ADMIN)
def ask_for_login(asked: PageRequest) -> Reply:
    """Ask for MobiWork's login."""
    del asked
    return PageView(template="connect.html", title="Connect a company")


@pages.post("/connect", role=Role.ADMIN)
def start(asked: PageRequest) -> Reply:
    """Try the login and go to Intuit's page."""
    wanted = form_of(
        Wanted,
        {
            name: asked.value(name)
            for name in ("mobiwork_client_id", "mobiwork_login_id", "mobiwork_password")
        },
    )
    api = asked.home.removesuffix("/console")
    started = connect.start(services(), wanted, callback_url=api + CALLBACK, by=asked.by)
    kept = {SECRET: started.confirmation, AUTHORIZE: started.authorize_url}
    return Go(to="/connect/quickbooks", keep=kept)


@pages.get("/connect/quickbooks", role=Role.ADMIN)
def go_on_to_quickbooks(asked: PageRequest) -> Reply:
    """Show the way to Intuit's page; a form may not lead there, so that none can be led astray."""
    if AUTHORIZE not in asked.cookies:
        return Go(to="/connect")
    values = {"authorize": asked.cookies[AUTHORIZE]}
    return PageView(template="connect_on.html", title="MobiWork accepts the login", values=values)


@pages.get("/connect/confirm", role=Role.ADMIN)
def ask_to_confirm(asked: PageRequest) -> Reply:
    """Show the company that was chosen, in the browser that began."""
    values = {
        "code": asked.query.get("code", ""),
        "company": asked.query.get("company", ""),
        "began_here": SECRET in asked.cookies,
    }
    return PageView(template="confirm.html", title="Confirm the company", values=values)


@pages.post("/connect/confirm", role=Role.ADMIN)
def confirm(asked: PageRequest) -> Reply:
    """Join both sides; whoever does it is admin of the connection."""
    told = {"confirmation": asked.cookies.get(SECRET, ""), "code": asked.value("code")}
    done = consent.confirm(services(), form_of(Confirmation, told), by=asked.by)
    people.invite(done.connection_id, Invitation(email=asked.by, role=Role.ADMIN), by=asked.by)
    said = f"{done.company} is connected{_standing(connections.show(done.connection_id))}"
    return Go(
        to=f"/connections/{done.connection_id}/settings",
        said=said,
        keep={SECRET: "", AUTHORIZE: ""},
    )


def _standing(shown: ShownConnection) -> str:
    """Say what the phase of a connection means for who connected it: it may be an old one."""
    match shown.phase:
        case Phase.REVIEW:
            return ", and in review: nothing is written until you start it."
        case Phase.LIVE:
            return " again, and live: changes are looked for and posted by themselves."
    return f" again, and {shown.phase}: nothing is posted until it goes on."


@pages.get(f"{CONNECTION}/login", role=Role.ADMIN)
def ask_for_new_login(asked: PageRequest) -> Reply:
    """Ask for another MobiWork login."""
    return page_of(asked, "login.html", "MobiWork login")


@pages.post(f"{CONNECTION}/login", role=Role.ADMIN)
def change_login(asked: PageRequest) -> Reply:
    """Try another MobiWork login and keep it."""
    told = {name: asked.value(name) for name in ("login_id", "password")}
    wanted = form_of(MobiWorkLogin, told)
    connect.change_login(services(), asked.connection_id, wanted, by=asked.by)
    return Go(to=asked.at(), said="MobiWork accepts the new login.")
