"""The cases of workers that come at the same time, also one that pulls and one that pushes."""

from collections.abc import Iterator, Mapping
from typing import Any

from connector.entities.registry import PULLS
from connector.model.body import Body
from connector.quickbooks.query import select
from connector.store import settings as saved
from tests.crash.pulls.plots import Play, PullCase, tell_many
from tests.crash.pulls.records import items_of, record_of
from tests.crash.pulls.trial import PullTrial
from tests.crash.records import the_settings
from tests.crash.remote import CROWDED, connect, quickbooks
from tests.crash.trial import company_of
from tests.crash.verdict import Verdict

NEW_THERE: Mapping[str, Body] = {
    "Customer": {"DisplayName": "Osprey Marina", "CompanyName": "Osprey Marina"},
    "Vendor": {"DisplayName": "Osprey Supply", "CompanyName": "Osprey Supply"},
    "Item": {"Name": "Brass valve", "Type": "NonInventory", "UnitPrice": 5},
}
NEW_HERE: Mapping[str, Mapping[str, Any]] = {
    "customer": {
        "companyName": "Osprey Marina",
        "type": "BUSINESS",
        "enabled": "true",
        "contact": {"firstName": "-", "lastName": "-"},
    },
    "vendor": {"name": "Osprey Supply", "enabled": "true"},
    "product": {
        "name": "Brass valve",
        "type": "PARTS_MATERIALS",
        "price": "5.00",
        "enabled": "true",
        "taxable": "false",
    },
}
EDIT_THERE: Mapping[str, Body] = {
    "Customer": {"PrimaryPhone": {"FreeFormNumber": "(813) 555-0177"}},
    "Vendor": {"PrimaryPhone": {"FreeFormNumber": "(813) 555-0177"}},
    "Item": {"Description": "Brass valve, half an inch"},
}
EDIT_HERE: Mapping[str, Mapping[str, Any]] = {
    "customer": {"contact": {"email": "office@osprey.example"}},
    "vendor": {"contact": {"email": "office@osprey.example"}},
    "product": {"price": "5.25"},
}


def cases() -> Iterator[PullCase]:
    """Let workers come together."""
    for flow in PULLS:
        for number in (2, 8) if flow.adds else ():
            short = flow.name == "pull_customers" and number == 2
            yield PullCase(flow.name, f"{number} workers at once", crowded(number), short)
        if flow.adds:
            short = flow.name == "pull_payments"
            yield PullCase(flow.name, "told twice", told_twice, short)
        if flow.entity in EDIT_HERE and flow.adds:
            short = flow.name == "pull_customers"
            yield PullCase(flow.name, "pull and push at once: changed", both_change, short)
            yield PullCase(flow.name, "pull and push at once: new", new_on_both_sides)


def crowded(number: int) -> Play:
    def play(trial: PullTrial) -> Verdict:
        tell_many(trial)
        trial.speed = CROWDED
        trial.work(*[trial.task()] * number)
        return trial.verdict(ended=trial.survive())

    return play


def told_twice(trial: PullTrial) -> Verdict:
    """Let the same change be told again while a worker is at it."""
    tell_many(trial)
    trial.speed = CROWDED
    flow = trial.flow
    whole = {str(one["Id"]) for one in trial.told.values()}
    records = [record_of(flow.source, number) for number in range(len(whole))]
    again = {flow.name: tuple(item for one in records for item in items_of(flow, one))}
    trial.work(trial.task(run_id="r1-a"), trial.task(run_id="r1-b", told=again))
    return trial.verdict(ended=trial.survive())


def both_change(trial: PullTrial) -> Verdict:
    """Let both sides change different fields, and one worker pull while another pushes."""
    number = _there(trial)
    trial.tell(_read(trial, number))
    trial.pull(trial.flow.name)
    in_mobiwork = trial.only_record()
    trial.admin("PATCH", f"records/{trial.flow.entity}/{in_mobiwork}", EDIT_HERE[trial.flow.entity])
    token = _read(trial, number)["SyncToken"]
    body = {**EDIT_THERE[trial.flow.source], "Id": number, "SyncToken": token}
    quickbooks(trial.setup, trial.connection_id).update(
        trial.flow.source, body | {"sparse": True}, requestid="person"
    )
    return _at_once(trial, number)


def new_on_both_sides(trial: PullTrial) -> Verdict:
    """Let both sides have a record of one name, and one worker pull while another pushes."""
    number = _there(trial)
    trial.admin("POST", f"records/{trial.flow.entity}", NEW_HERE[trial.flow.entity])
    return _at_once(trial, number)


def _at_once(trial: PullTrial, number: str) -> Verdict:
    both = (trial.flow.name, trial.flow.push)
    trial.speed = CROWDED
    trial.tell(_read(trial, number))
    trial.work(trial.task(run_id="r1-look", flows=(), look=True))
    trial.work(*(trial.task(run_id=f"r1-{name}", flows=(name,)) for name in both))
    ended = trial.survive(flows=both, look=True)
    trial.told = {number: _read(trial, number)}
    found = {str(one["Id"]) for one in _all(trial)}
    assert len(found) == trial.others + 1, found
    return trial.verdict(ended=ended, reported=False)


def _there(trial: PullTrial) -> str:
    """Let a person enter a record in QuickBooks, in a company that is connected for pushes."""
    trial.setup.admin("reset", {})
    connect(trial.setup, trial.connection_id)
    company = company_of(trial.setup)
    saved.save_company(trial.connection_id, company)
    chosen = the_settings(company.accounts)
    saved.save_settings(trial.connection_id, chosen, saved_at="", saved_by="test")
    body = dict(NEW_THERE[trial.flow.source])
    if trial.flow.source == "Item":
        body |= {"IncomeAccountRef": {"value": chosen.income_account}}
    trial.others = len(_all(trial))
    client = quickbooks(trial.setup, trial.connection_id)
    return str(client.create(trial.flow.source, body, requestid=trial.connection_id)["Id"])


def _read(trial: PullTrial, number: str) -> Body:
    return quickbooks(trial.setup, trial.connection_id).read(trial.flow.source, number)


def _all(trial: PullTrial) -> list[Body]:
    client = quickbooks(trial.setup, trial.connection_id)
    return list(client.query(select(trial.flow.source)))
