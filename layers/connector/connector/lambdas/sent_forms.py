"""Forms that browsers send to the console: their fields, and what is kept of one sent too late."""

from urllib.parse import parse_qsl

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from connector.console.asking import PageView
from connector.errors import RequestError
from connector.lambdas.visits import HOME
from connector.lambdas.webhooks import raw_body

FORM = "application/x-www-form-urlencoded"
LARGEST_FORM = 200_000


def fields(event: APIGatewayProxyEventV2) -> tuple[tuple[str, str], ...]:
    """Return the fields of a form.

    Raises:
        RequestError: it is no form, or too large.
    """
    if not event.body:
        return ()
    kind = event.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = raw_body(event.body or "", encoded=bool(event.is_base64_encoded))
    if kind != FORM or body is None or len(body) > LARGEST_FORM:
        raise RequestError("The form cannot be read. Reload the page.")
    try:
        return tuple(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=5000))
    except ValueError as error:
        raise RequestError("The form cannot be read. Reload the page.") from error


def kept(event: APIGatewayProxyEventV2) -> PageView | None:
    """Return what somebody typed into a form of ours whose session is over, to be sent once more.

    None where there is nothing, or where the browser does not say that the form was ours. It is
    only done once a person, signed in, has sent it from this page.
    """
    own = event.headers.get("sec-fetch-site") == "same-origin"
    if event.http_method != "POST" or not own:
        return None
    typed = [one for one in fields(event) if one[0] != "token"]
    secret = [name for name, _ in typed if "password" in name]
    open_ones = [one for one in typed if one[0] not in secret]
    to = event.path.removeprefix(HOME)
    values = {"to": to, "fields": open_ones, "forgotten": bool(secret)}
    return (
        PageView(template="kept.html", title="Nothing has been done yet", values=values)
        if typed
        else None
    )
