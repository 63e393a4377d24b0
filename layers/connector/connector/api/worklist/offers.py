"""Which fixes an entry offers: those of its cause that its kind of record has."""

from connector.api.worklist.fixes.records import NAMED
from connector.api.worklist.reading import OpenEntry
from connector.entities.registry import PUSH_NAMED
from connector.model.pending import PendingState
from connector.model.worklist.fixes import AGAIN, SEEN, FixKind, Offered, offered


def offers(entry: OpenEntry) -> tuple[Offered, ...]:
    """Return up to three fixes of an entry, the most helpful first; at least one."""
    fitting = tuple(one for one in offered(entry.cause, entry.item) if fits(one.fix, entry))
    only_tells = entry.item.state is PendingState.DELETED
    return fitting or ((SEEN,) if only_tells else (AGAIN,))


def fits(fix: FixKind, entry: OpenEntry) -> bool:
    """Tell whether records of a flow can be fixed like that."""
    push = PUSH_NAMED.get(entry.item.flow)
    match fix:
        case FixKind.UPDATE:
            return push is not None and push.updating is not None
        case FixKind.CREATE_AS:
            return push is not None and push.target in NAMED
        case FixKind.RECALL:
            is_linked = not entry.cause.about  # else somebody only said what it is
            return push is not None and push.piece_id is None and is_linked
        case _:
            return True
