"""What must be true of both sides and the store when everything has come to rest."""

from collections.abc import Iterator, Mapping

from connector.engine.three_way_merge import differing_fields, mobiwork_values, quickbooks_values
from connector.entities.registry import BY_ENTITY
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.links import Link
from connector.model.pending import PendingState
from connector.pull.mobiwork_records import parse
from tests.builders import CONNECTION
from tests.fakes import Record
from tests.simulation.account import Own
from tests.simulation.world import PULL, World

LISTS = {"customer": "pull_customers", "product": "pull_products", "vendor": "pull_vendors"}
KINDS: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer",),
    "product": ("product",),
    "vendor": ("vendor",),
    "estimate": ("estimate",),
    "salesOrder": ("salesOrder", "openSalesOrder"),
    "invoice": ("invoice",),
    "payment": ("payment", "credit", "refund", "payout", "creditApplication"),
    "purchaseOrder": ("purchaseOrder", "bill"),
    "expense": ("expense",),
}
"""What may become of a record of MobiWork, by its entity, as links name it."""
DOCUMENTS = {one for some in list(KINDS.values())[3:] for one in some}
STAYS = ("shipping address",)
"""What MobiWork keeps where QuickBooks has none any more: work orders may need it."""


def violations(world: World) -> list[str]:
    """Say what is not accounted for."""
    wrong = [*_records(world)]
    for entity, name in LISTS.items():
        wrong += _list(world, entity, PULL[name])
    return wrong


def _told(world: World, entity: str) -> set[str]:
    """Return the ids of records of an entity, of either side, that a person is told of."""
    flows = [BY_ENTITY[one].name for one in KINDS[entity]]
    flows += [LISTS[entity]] if entity in LISTS else ["pull_payments"] * (entity == "payment")
    kept = world.store.pending
    every = {item.record_id for flow in flows for item in kept.worklist(CONNECTION, flow)}
    told = every | set(map(record_of, every))  # One of several documents is told by its own id.
    asked = (item for flow in flows for item in kept.read_all(CONNECTION, flow))
    # What a question holds back is told by its entry, with how many there are.
    return told | {item.record_id for item in asked if item.state is PendingState.UNDECIDED}


def _left_out(world: World, entity: str, here: set[str]) -> set[str]:
    left = world.store.left_out.read_many
    return {own for one in KINDS[entity] for own in left(CONNECTION, BY_ENTITY[one].name, here)}


def _records(world: World) -> Iterator[str]:
    owned: dict[tuple[str, str], Own] = {}
    for entity, kinds in KINDS.items():
        told = _told(world, entity)
        here = {own for kind, own in world.listed if kind == entity}
        mine: dict[str, Link] = {}
        for kind in kinds:
            linked = world.store.links.read_beginning(CONNECTION, kind, "")
            links = {own: link for (_, own), link in linked.items() if isinstance(link, Link)}
            mine |= {record_of(own): link for own, link in links.items()}
            yield from _links(world, kind, links, here, told, owned)
            if kind in DOCUMENTS:
                yield from _documents(world, kind, here | links.keys(), told)
        for own in sorted(here - mine.keys() - told - _left_out(world, entity, here)):
            yield f"{entity} {own} is lost"


def record_of(own: str) -> str:
    """Return the id of the record that a link is of: one may become several documents."""
    return own.partition("-")[0]


def _links(  # noqa: PLR0913, PLR0917 - the links of a kind, and what they are held against
    world: World,
    kind: str,
    links: Mapping[str, Link],
    here: set[str],
    told: set[str],
    owned: dict[tuple[str, str], Own],
) -> Iterator[str]:
    for own, link in links.items():
        place, record = (link.target or "", link.quickbooks_id), record_of(own)
        if link.merged_into is None and owned.setdefault(place, (kind, own)) != (kind, own):
            yield f"{kind} {own} and {owned[place]} are both linked to {place}"
        owner = world.store.links.owner_of(CONNECTION, *place)
        if owner != (kind, own) and link.merged_into is None and record not in told:
            yield f"{kind} {own} is linked to {place}, which belongs to {owner}"
        alone = link.merged_into is None  # Whoever was merged is told with the other.
        if record not in here and record not in told and alone and _live(world, place):
            yield f"{kind} {own} was deleted in MobiWork, and nobody is told"


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
    if raw is None or link is None or not record["Active"] or owner in world.restored:
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
