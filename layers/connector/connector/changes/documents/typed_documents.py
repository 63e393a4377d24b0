"""Documents that were typed in QuickBooks and are gone: nobody is asked about them any more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from connector.engine.stores import Store
from connector.model.matching.matches import MatchDecision

BY = "QuickBooks, where it is void or deleted by now"


def forget(
    connection_id: str, target: str, gone: Sequence[str], store: Store, at: datetime
) -> None:
    """Answer the questions that are about nothing else than documents which are gone."""
    if not gone:
        return
    found = store.matches.of_quickbooks(connection_id, target, gone)
    for match in (one for some in found.values() for one in some):
        if match.decision is MatchDecision.UNDECIDED and {*match.quickbooks_ids} <= {*gone}:
            said = replace(
                match,
                decision=MatchDecision.DIFFERENT,
                decided_by=BY,
                decided_at=at.isoformat(),
            )
            store.matches.decide(connection_id, said)
            store.pending.replay(connection_id, match.flow, match.item)
