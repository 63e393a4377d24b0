"""Where it is kept what each list of MobiWork answered when nothing was new, by its flows.

Whoever changes what is known of the records of a flow makes that void, so that the next look
compares them one by one: a list that answers as before is not compared at all.
"""

from pynamodb.attributes import NumberAttribute

from connector.model.body import Body
from connector.model.fingerprints import HeldAnswer
from connector.model.ids import ConnectionId, FlowName
from connector.store.packing import PackedAttribute
from connector.store.table import Item, attempt, key


class AnswersRow(Item):
    """What the list of a flow was asked and answered; `turn` counts how often that became void."""

    told = PackedAttribute(null=True)
    turn = NumberAttribute(default=0)


def read_all(connection_id: ConnectionId) -> dict[FlowName, HeldAnswer]:
    """Return what is kept of the lists, by flow."""
    rows = AnswersRow.query(key(connection_id, "answers"), consistent_read=True)
    return {row.sk: HeldAnswer(row.told, int(row.turn)) for row in rows}


def keep(connection_id: ConnectionId, flow: FlowName, body: Body, *, turn: int) -> None:
    """Keep what a list answered, unless that became void since that turn was read."""
    same = AnswersRow.turn == turn
    if not turn:
        same |= AnswersRow.turn.does_not_exist()
    with attempt():
        _row(connection_id, flow).update(actions=[AnswersRow.told.set(body)], condition=same)


def make_void(connection_id: ConnectionId, flow: FlowName) -> None:
    """Let the next look compare the records of a flow, whatever its list answers."""
    _row(connection_id, flow).update(actions=[AnswersRow.told.remove(), AnswersRow.turn.add(1)])


def _row(connection_id: ConnectionId, flow: FlowName) -> AnswersRow:
    return AnswersRow(pk=key(connection_id, "answers"), sk=flow)
