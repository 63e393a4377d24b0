"""What must be true of both sides and the store when everything has come to rest."""

from collections.abc import Iterator

from connector.engine.three_way_merge import differing_fields, mobiwork_values, quickbooks_values
from connector.entities.registry import BY_ENTITY
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.links import Link
from connector.pull.mobiwork_records import parse
from tests.builders import CONNECTION
from tests.fakes import Record
from tests.simulation.account import Own
from tests.simulation.world import PULL, World

LISTS = {"customer": "pull_customers", "product": "pull_products"}
DOCUMENTS = ("invoice", "payment")
STAYS = ("shipping address",)
"""What MobiWork keeps where QuickBooks has none any more: work orders may need it."""


def violations(world: World) -> list[str]:
    """Say what is not accounted for."""
    wrong = [*_records(world)]
    for entity, name in LISTS.items():
        wrong += _list(world, entity, PULL[name])
    return wrong


def _told(world: World, entity: str) -> set[str]:
    """Return the ids of an entity, of either side, that a person is told of."""
    flows = [BY_ENTITY[entity].name, *(one for key, one in LISTS.items() if key == entity)]
    return {
        item.record_id for flow in flows for item in world.store.pending.worklist(CONNECTION, flow)
    }


def _records(world: World) -> Iterator[str]:
    owned: dict[tuple[str, str], Own] = {}
    for entity in (*LISTS, *DOCUMENTS):
        flow, told = BY_ENTITY[entity], _told(world, entity)
        linked = world.store.links.read_beginning(CONNECTION, entity, "")
        mine = {own: link for (_, own), link in linked.items() if isinstance(link, Link)}
        here = {own for kind, own in world.listed if kind == entity}
        left_out = world.store.left_out.read_many(CONNECTION, flow.name, here)
        for own in sorted(here - mine.keys() - told - left_out.keys()):
            yield f"{entity} {own} is lost"
        for own, link in mine.items():
            place = (link.target, link.quickbooks_id)
            if link.merged_into is None and owned.setdefault(place, (entity, own)) != (entity, own):
                yield f"{entity} {own} and {owned[place]} are both linked to {place}"
            owner = world.store.links.owner_of(CONNECTION, *place)
            if owner != (entity, own) and link.merged_into is None and own not in told:
                yield f"{entity} {own} is linked to {place}, which belongs to {owner}"
            if own not in here and own not in told and _live(world, place):
                yield f"{entity} {own} was deleted in MobiWork, and nobody is told"
        if entity in DOCUMENTS:
            yield from _documents(world, entity, here | mine.keys(), told)


def _documents(world: World, entity: str, ids: set[str], told: set[str]) -> Iterator[str]:
    for own in sorted(ids):
        live, link = world.marked(entity, own), world.link(entity, own)
        if len(live) > 1 and own not in told:
            yield f"{entity} {own} is in QuickBooks {len(live)} times, and nobody is told"
        if live and link is None and own not in told:
            yield f"{entity} {own} is in QuickBooks, and nobody knows"
        if link is None or own in told or len(live) != 1:
            continue
        if link.quickbooks_id != live[0]["Id"]:
            yield f"{entity} {own} is linked to {link.quickbooks_id}, not to {live[0]['Id']}"
        if link.total is not None and link.total != live[0]["TotalAmt"] and link.gone is None:
            yield f"{entity} {own} is {live[0]['TotalAmt']} in QuickBooks, not {link.total}"


def _list(world: World, entity: str, pull: AnyPullFlow) -> Iterator[str]:
    told = _told(world, entity)
    for record in world.quickbooks.records.get(pull.source, []):
        number = record["Id"]
        named = world.mobiwork.find_by_external_id(entity, number)
        if len(named) > 1 and number not in told and not {one.own_id for one in named} & told:
            yield f"{pull.source} {number} is in MobiWork {len(named)} times, and nobody is told"
        owner = world.store.links.owner_of(CONNECTION, pull.source, number)
        if owner is None:
            left_out = world.store.left_out.read_many(CONNECTION, pull.name, [number])
            if record["Active"] and number not in told and not left_out:
                yield f"{pull.source} {number} is lost"
        elif not {number, owner.mobiwork_id} & told:
            yield from _differ(world, pull, record, owner)


def _differ(world: World, pull: AnyPullFlow, record: Record, owner: Own) -> Iterator[str]:
    raw, link = world.mobiwork.find(*owner), world.link(*owner)
    pushed = BY_ENTITY[owner[0]].eligibility
    if raw is None or link is None or not record["Active"]:
        return
    ours = parse(pull, raw)
    if pushed.skip_reason(ours, world.store.settings.read_settings(CONNECTION)):
        return
    fields = [one for one in pull.fields if not (one.one_way or one.report_only)]
    theirs = quickbooks_values(pull.fields, record)
    different = differing_fields(fields, mobiwork_values(pull.fields, ours), theirs)
    if [one for one in different if theirs[one] or one not in STAYS]:
        yield f"{owner} and {pull.source} {record['Id']} differ in {different}; nobody is told"


def _live(world: World, place: tuple[str, str]) -> bool:
    return any(
        one["Id"] == place[1] and one.get("Active", True) and one.get("TotalAmt") != 0
        for one in world.quickbooks.records.get(place[0], [])
    )
