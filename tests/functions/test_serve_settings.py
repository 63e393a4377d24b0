import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pynamodb.signals import pre_dynamodb_send

from connector.changes.mobiwork import find_changes
from connector.errors import OPEN_SETTINGS, Fix
from connector.jobs.settings_replay import replay
from connector.model.pending import PendingState
from connector.model.policy.settings import Settings
from connector.model.totals import Difference, DifferenceCause, TotalDifference
from connector.store import connections, looks
from connector.store import settings as saved
from connector.store.records import pending, totals
from connector.store.settings import SettingsRow
from functions.push_products.app import handler as push_products
from functions.serve_settings.app import handler
from tests.builders import a_product, an_invoice
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN, event, of_connection
from tests.functions.sites import COMPANY_URL, IntuitSite
from tests.unit.engine.world import FakeMobiWork

pytestmark = pytest.mark.usefixtures("connected")
CHANGED = "serve_settings_changed"
INVOICES = "push_invoices"


def ask(context: Context, name: str = "serve_settings", **changes: Any) -> tuple[int, Any]:
    answer = handler(event(name, **changes), context)
    return answer["statusCode"], json.loads(answer["body"])


def version() -> int:
    return saved.read_saved(CONNECTION).version


def save(context: Context, **settings: Any) -> tuple[int, Any]:
    return change(context, version(), settings)


def change(context: Context, seen: int, settings: dict[str, Any]) -> tuple[int, Any]:
    return ask(context, CHANGED, body=json.dumps({"version": seen, "settings": settings}))


def test_settings_are_shown_with_what_is_wrong_with_them(context: Context) -> None:
    saved.save_settings(CONNECTION, Settings(), saved_at="", saved_by="test")
    status, told = ask(context)
    problems = {one["setting"]: one for one in told["problems"]}
    assert status == 200
    assert problems["income_account"]["stops"] == ["push_products"]
    assert '"Income Account" is empty' in problems["income_account"]["problem"]


def test_the_schema_goes_along_for_whoever_builds_a_form(context: Context) -> None:
    assert "income_account" in ask(context)[1]["schema"]["properties"]


def test_saved_settings_are_kept_with_who_saved_them(intuit: IntuitSite, context: Context) -> None:
    status, told = save(context, income_account="79")
    assert (status, saved.read_settings(CONNECTION).income_account) == (200, "79")
    assert told["version"]["saved_by"] == (
        "arn:aws:sts::123456789012:assumed-role/Bookkeeper/office"
    )


def test_every_save_is_a_version_of_its_own(intuit: IntuitSite, context: Context) -> None:
    first = save(context, income_account="79")[1]["version"]["version"]
    assert save(context, income_account="Sales")[1]["version"]["version"] == first + 1


def test_settings_that_contradict_each_other_are_not_saved(context: Context) -> None:
    before = saved.read_settings(CONNECTION)
    status, told = save(context, handle_inventory=True, products_as_services=True)
    assert (status, saved.read_settings(CONNECTION)) == (422, before)
    assert "cannot both be on" in told["detail"]


@pytest.mark.case("F10")
def test_a_change_leaves_every_other_setting_as_it_is(intuit: IntuitSite, context: Context) -> None:
    before = saved.read_settings(CONNECTION)
    status, _ = save(context, payments_on_account=True)
    expected = before.model_copy(update={"payments_on_account": True})
    assert (status, saved.read_settings(CONNECTION)) == (200, expected)


def test_a_change_that_contradicts_a_setting_there_is_is_not_saved(
    intuit: IntuitSite, context: Context
) -> None:
    save(context, handle_inventory=True)
    status, told = save(context, products_as_services=True)
    assert (status, "cannot both be on" in told["detail"]) == (422, True)
    assert not saved.read_settings(CONNECTION).products_as_services


@pytest.mark.case("F10")
def test_a_change_of_settings_that_somebody_else_changed_meanwhile_is_refused(
    intuit: IntuitSite, context: Context
) -> None:
    seen = version()
    assert change(context, seen, {"income_account": "79"})[0] == 200
    status, told = change(context, seen, {"income_account": "80"})
    assert (status, saved.read_settings(CONNECTION).income_account) == (409, "79")
    assert f"at version {seen + 1}, not {seen}" in told["detail"]


def test_a_change_without_a_version_is_refused(context: Context) -> None:
    status, told = ask(context, CHANGED, body=json.dumps({"settings": {"send_tax": False}}))
    assert (status, told["errors"]) == (
        422,
        [{"pointer": "#/version", "detail": "It is missing"}],
    )


def test_a_setting_nobody_knows_is_named(context: Context) -> None:
    status, told = save(context, incomeaccount="79")
    assert (status, told["errors"]) == (
        422,
        [
            {
                "pointer": "#/settings/incomeaccount",
                "detail": "There is no setting of this name. Did you mean income_account or "
                "income_account_of_category or asset_account?",
            }
        ],
    )


def test_an_unknown_connection_is_not_found(context: Context) -> None:
    asked = of_connection("nobody", event("serve_settings"))
    assert handler(asked, context)["statusCode"] == 404


@pytest.mark.case("F16")
def test_a_save_asks_for_a_look_at_once_that_tries_what_settings_refused(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    saved.save_settings(CONNECTION, Settings(), saved_at="", saved_by="test")
    find_changes(CONNECTION, FakeMobiWork([a_product()]))
    push_products(event("push_products"), context)
    before = [item.state for item in pending.read_all(CONNECTION, "push_products")]
    save(context, income_account="79", cost_of_goods_account="80")
    assert cloud.messages() == [{"connection_id": CONNECTION}]
    replay(CONNECTION)
    after = [item.state for item in pending.read_all(CONNECTION, "push_products")]
    assert (before, after) == (["refused"], ["changed"])


def test_every_version_of_the_settings_is_kept(intuit: IntuitSite, context: Context) -> None:
    before = saved.read_saved(CONNECTION).version
    save(context, income_account="79")
    save(context, income_account="Sales")
    kept = SettingsRow.query(f"{CONNECTION}#settings", SettingsRow.sk.startswith("version-"))
    accounts = [row.values["income_account"] for row in kept][before:]
    assert (accounts, saved.read_saved(CONNECTION).version) == (["79", "Sales"], before + 2)


CENT = Difference(DifferenceCause.TAX, "It is 9.63 here and 9.64 there.", Decimal("-0.01"))


@pytest.mark.case("M13c")
def test_a_saved_decision_lets_waiting_documents_and_those_that_differ_be_planned_again(
    intuit: IntuitSite, context: Context
) -> None:
    find_changes(CONNECTION, FakeMobiWork([an_invoice("5501"), an_invoice("5502")]))
    items = pending.read_many(CONNECTION, INVOICES, ["5501", "5502"])
    totals.note(CONNECTION, INVOICES, TotalDifference("5501", "invoice", CENT), counts=True)
    pending.hold(items["5501"], PendingState.DELETED)
    asked = Fix(action="open_settings", label="Open the settings")
    pending.hold(items["5502"], PendingState.WAITING, fixes=[asked])
    save(context, on_other_total="post and list")
    replay(CONNECTION)
    states = {one.record_id: one.state for one in pending.read_all(CONNECTION, INVOICES)}
    assert states == dict.fromkeys(["5501", "5502"], PendingState.CHANGED)
    assert totals.undecided(CONNECTION, INVOICES) == []


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Count what is asked of the table meanwhile, by operation."""
    calls = Counter[str]()

    def note(_sender: object, operation_name: str, **_: object) -> None:
        calls[operation_name] += 1

    with pre_dynamodb_send.connected_to(
        lambda _, operation_name, **__: calls.update([operation_name])
    ):
        yield calls


def refused(count: int) -> None:
    found = [a_product(str(own)) for own in range(count)]
    find_changes(CONNECTION, FakeMobiWork(found))
    for item in list(pending.read_all(CONNECTION, "push_products")):
        pending.hold(item, PendingState.REFUSED, reason="", fixes=[OPEN_SETTINGS])


def test_a_save_asks_the_table_the_same_however_much_waits_for_it(
    intuit: IntuitSite, context: Context
) -> None:
    save(context, income_account="79")
    refused(60)
    with counted_calls() as calls:
        status, _ = save(context, income_account="Sales")
    assert (status, calls.total() < 30) == (200, True)
    assert calls["BatchWriteItem"] == 1  # who saved them


@pytest.mark.case("F11")
def test_a_status_that_no_record_has_is_refused_until_a_person_confirms_it(
    intuit: IntuitSite, context: Context
) -> None:
    find_changes(CONNECTION, FakeMobiWork([an_invoice(status="Paid")]))
    seen, chosen = version(), {"invoice_statuses": ["Payed"]}
    status, told = change(context, seen, chosen)
    assert (status, told["errors"][0]["pointer"]) == (422, "#/settings/invoice_statuses")
    assert "Did you mean Paid (1 invoice, $9.63)?" in told["detail"]
    assert saved.read_saved(CONNECTION).version == seen
    confirmed = {"version": seen, "settings": chosen, "confirm_unknown": True}
    status, told = ask(context, CHANGED, body=json.dumps(confirmed))
    (problem,) = [one for one in told["problems"] if one["setting"] == "invoice_statuses"]
    assert (status, problem["stops"]) == (200, [])


def test_a_product_that_mobiwork_does_not_have_is_refused_with_the_nearest(
    intuit: IntuitSite, context: Context
) -> None:
    find_changes(CONNECTION, FakeMobiWork([a_product("307003", name="Shipping")]))
    status, told = change(context, version(), {"shipping_product": "Shipping"})
    assert (status, "Did you mean 307003, which is called that?" in told["detail"]) == (422, True)


@pytest.mark.case("F11")
@pytest.mark.parametrize(
    ("chosen", "told", "may_come"),
    [
        ({"income_account": "Sales of Produce"}, "Did you mean Sales of Product Income?", True),
        ({"time_zone": "Mars/Phobos"}, "which is no time zone", False),
        ({"start_date": "2099-01-01"}, "says 2099-01-01, which is in the future", True),
        ({"start_dates": {"expense": "9999-01-01"}}, '"Start dates by kind" of expenses', True),
    ],
)
def test_what_is_named_in_quickbooks_or_the_calendar_and_is_not_there_is_refused(
    intuit: IntuitSite, context: Context, chosen: dict[str, Any], told: str, may_come: bool
) -> None:
    income = {"Name": "Sales of Product Income", "AccountType": "Income"}
    intuit.tells(Account=[{"Id": "79", **income}])
    seen = version()
    status, answer = change(context, seen, chosen)
    assert (status, version(), told in answer["detail"]) == (422, seen, True)
    confirmed = {"version": seen, "settings": chosen, "confirm_unknown": True}
    status, answer = ask(context, CHANGED, body=json.dumps(confirmed))
    assert status == (200 if may_come else 422)
    if may_come:
        assert any(told in one["problem"] for one in answer["problems"])


def test_a_save_calls_quickbooks_only_where_what_is_remembered_lacks_what_is_named(
    intuit: IntuitSite, context: Context
) -> None:
    save(context, income_account="79")
    before = len(intuit.http.calls)
    assert save(context, income_account="79", payments_on_account=True)[0] == 200
    assert len(intuit.http.calls) == before


@pytest.mark.case("F11")
def test_an_account_that_is_not_remembered_costs_one_metered_call_and_may_be_a_minute_old(
    intuit: IntuitSite, context: Context
) -> None:
    save(context, income_account="79")
    intuit.tells()
    before = len(intuit.http.calls)
    assert save(context, income_account="Salse")[0] == 422
    assert len(intuit.http.calls) == before + 1
    intuit.http.remove("GET", f"{COMPANY_URL}/cdc")
    intuit.tells(Account=[{"Id": "199", "Name": "Visits", "AccountType": "Income"}])
    assert save(context, income_account="Visits")[0] == 200


def test_how_often_a_connection_is_looked_at_is_a_setting(
    intuit: IntuitSite, context: Context
) -> None:
    save(context, minutes_between_looks=240)
    assert connections.read(CONNECTION).interval_seconds == 240 * 60
    assert save(context, minutes_between_looks=1)[0] == 422


def test_a_preview_tells_what_a_change_would_move_and_saves_nothing(
    intuit: IntuitSite, context: Context
) -> None:
    find_changes(CONNECTION, FakeMobiWork([a_product()]))
    body = json.dumps({"version": version(), "settings": {"income_account": "Salse"}})
    request = event("serve_settings_previewed", body=body)
    answer = handler(request, context)
    told = json.loads(answer["body"])
    (moved,) = told["moved"]
    assert (answer["statusCode"], moved["now"], moved["then"]) == (200, "create", "refused")
    assert (moved["count"], told["complete"], len(intuit.http.calls)) == (1, True, 0)
    assert "Did you mean Sales?" in moved["reason"]
    assert saved.read_settings(CONNECTION).income_account != "Salse"


@pytest.mark.case("F20g")
@pytest.mark.parametrize("goes_on", ["a look", "a run", None])
def test_a_preview_says_while_both_sides_are_looked_at_that_it_may_not_have_seen_all(
    intuit: IntuitSite, context: Context, goes_on: str | None
) -> None:
    now = datetime.now(UTC)
    if goes_on == "a look":
        until = now + timedelta(minutes=5)
        assert looks.begin(looks.Turn(CONNECTION, "t1"), now=now, until=until)
    elif goes_on == "a run":
        assert connections.begin_run(connections.read(CONNECTION), RUN)
    body = json.dumps({"version": version(), "settings": {"start_date": "2025-01-01"}})
    told = json.loads(handler(event("serve_settings_previewed", body=body), context)["body"])
    assert ((told["meanwhile"] or "").startswith("Both sides")) is (goes_on is not None)


def test_choices_are_listed_for_one_setting(context: Context) -> None:
    asked = {"setting": "payment_methods"}
    status, told = ask(context, "serve_settings_choices", queryStringParameters=asked)
    assert (status, [one["setting"] for one in told["choices"]]) == (200, ["payment_methods"])


@pytest.mark.case("F10")
def test_a_mapping_is_replaced_as_a_whole_and_others_stay(
    intuit: IntuitSite, context: Context
) -> None:
    save(context, deposit_accounts={"Check": "35", "Card": "35"}, payment_methods={"Check": "2"})
    save(context, deposit_accounts={"Card": "35"})
    kept = saved.read_settings(CONNECTION)
    assert (kept.deposit_accounts, kept.payment_methods) == ({"Card": "35"}, {"Check": "2"})


def test_settings_cannot_be_put_as_a_whole(context: Context) -> None:
    request = event(CHANGED, body=json.dumps({"settings": {}}))
    request["requestContext"]["http"]["method"] = "PUT"
    answer = handler(request, context)
    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "GET, PATCH")
