"""Posting again what was undone, once a person wants it after all."""

from itertools import groupby

from connector.api.worklist.fixes.doing import Doing, Effect, Fixer, FixWanted, named
from connector.engine.run import Run
from connector.errors import RequestError
from connector.undo.again import send_again, undone_by_record
from connector.undo.entries import PLACE


def _tells(doing: Doing, wanted: FixWanted) -> Effect:
    run = _run(doing)
    for one in wanted.entries:
        if not undone_by_record(run, one.item.flow, [one.item.record_id]).get(one.item.record_id):
            raise RequestError(f"{named([one])} was not undone, so it cannot be posted again.")
    told = (
        f"{named(wanted.entries)} is posted again, once, as it is in MobiWork now, in "
        "the run that follows the next check. Anything made inactive in QuickBooks "
        "becomes active again."
    )
    return Effect((told,), writes=len(wanted.entries))


def _posts_again(doing: Doing, wanted: FixWanted) -> None:
    run = _run(doing)
    entries = sorted(wanted.entries, key=lambda one: -PLACE[one.item.flow])
    for flow, some in groupby(entries, key=lambda one: one.item.flow):
        send_again(run, flow, undone_by_record(run, flow, [one.item.record_id for one in some]))


def _run(doing: Doing) -> Run:
    return Run(
        doing.connection_id, "by-hand", open_quickbooks=doing.open_quickbooks, store=doing.store
    )


POST_AGAIN = Fixer(_tells, _posts_again)
