"""Connecting a company: MobiWork's login, Intuit's consent page, and the company confirmed."""

from collections.abc import Mapping

from connector.api import connect, connections, consent, people
from connector.api.connect import CALLBACK, MobiWorkLogin, Wanted
from connector.api.connections import ShownConnection
from connector.api.consent import Confirmation
from connector.api.people import Invitation
from connector.console.asking import Go, PageRequest, Pages, PageView, Reply, address
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.errors import LoginBlockedError, LoginRefusedError, RecordError, RequestError
from connector.model.connection import Phase
from connector.model.control.people import Role
from connector.services import services
from connector.store import connections as stored

pages = Pages()
TYPED = ("mobiwork_client_id", "mobiwork_login_id", "mobiwork_password")
SECRET = "confirmation"  # noqa: S105 - the name of a cookie
AUTHORIZE = "authorize"


@pages.get("/connect", role=Role.ADMIN)
def ask_for_login(asked: PageRequest) -> Reply:
    """Ask for MobiWork's login."""
    del asked
    return _login_form({})


def _login_form(typed: Mapping[str, str], problem: str | None = None) -> PageView:
    values = {"typed": typed, "problem": problem}
    return PageView(template="connect.html", title="Connect a company", values=values)


@pages.post("/connect", role=Role.ADMIN)
def start(asked: PageRequest) -> Reply:
    """Try the login and go to Intuit's page; one that is refused can be corrected."""
    typed = {name: asked.value(name) for name in TYPED}
    api = asked.home.removesuffix("/console")
    try:
        wanted = form_of(Wanted, typed)
        started = connect.start(services(), wanted, callback_url=api + CALLBACK, by=asked.by)
    except (LoginRefusedError, LoginBlockedError, RequestError) as error:
        return _login_form(typed, str(error))
    kept = {SECRET: started.confirmation, AUTHORIZE: started.authorize_url}
    return Go(to=address("/connect/quickbooks", account=wanted.mobiwork_client_id), keep=kept)


@pages.get("/connect/quickbooks", role=Role.ADMIN)
def go_on_to_quickbooks(asked: PageRequest) -> Reply:
    """Show the way to Intuit's page; a form may not lead there, so that none can be led astray."""
    if AUTHORIZE not in asked.cookies:
        return Go(to="/connect")
    account = asked.query.get("account", "")
    own = stored.of_account(account) if account else None
    known = connections.show(own) if own else None
    values = {"authorize": asked.cookies[AUTHORIZE], "known": known}
    return PageView(template="connect_on.html", title="MobiWork accepted the login", values=values)


@pages.get("/connect/confirm", role=Role.ADMIN)
def ask_to_confirm(asked: PageRequest) -> Reply:
    """Show the company that was chosen, in the browser that began."""
    company, problem, phase = None, None, None
    if asked.cookies.get(SECRET) and asked.query.get("code"):
        try:
            company = consent.to_confirm(
                _confirmation(asked, asked.query["code"]), by=asked.by
            ).company
            phase = consent.renewed(company.realm_id)
        except RecordError as error:
            problem = str(error)
    told = {"company": company, "problem": problem, "phase": phase}
    values = {"code": asked.query.get("code"), **told}
    return PageView(template="confirm.html", title="Confirm the company", values=values)


def _confirmation(asked: PageRequest, code: str) -> Confirmation:
    return form_of(Confirmation, {"confirmation": asked.cookies.get(SECRET, ""), "code": code})


@pages.post("/connect/confirm", role=Role.ADMIN)
def confirm(asked: PageRequest) -> Reply:
    """Join both sides; whoever does it is admin of the connection."""
    done = consent.confirm(services(), _confirmation(asked, asked.value("code")), by=asked.by)
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
            return ", and in review. Nothing is written until you start posting."
        case Phase.LIVE:
            return " again, and live. Changes are found and posted automatically."
    return f" again, and {shown.phase}. Nothing is posted until it is live."


@pages.get(f"{CONNECTION}/login", role=Role.ADMIN)
def ask_for_new_login(asked: PageRequest) -> Reply:
    """Ask for another MobiWork login."""
    return _new_login(asked)


def _new_login(
    asked: PageRequest, login_id: str | None = None, problem: str | None = None
) -> PageView:
    return page_of(asked, "login.html", "MobiWork login", login_id=login_id, problem=problem)


@pages.post(f"{CONNECTION}/login", role=Role.ADMIN)
def change_login(asked: PageRequest) -> Reply:
    """Try another MobiWork login and keep it; one that is refused can be corrected."""
    told = {name: asked.value(name) for name in ("login_id", "password")}
    try:
        wanted = form_of(MobiWorkLogin, told)
        connect.change_login(services(), asked.connection_id, wanted, by=asked.by)
    except (LoginRefusedError, LoginBlockedError, RequestError) as error:
        return _new_login(asked, told["login_id"], str(error))
    return Go(to=asked.at(), said="MobiWork accepted the new login.")
