"""The worklist: why records do not go on, by cause; fixes, told before they are done; notes."""

from connector.api.worklist import candidates, fixing, noting, show
from connector.api.worklist.fixes.settings import choices_for
from connector.api.worklist.fixing import FixOf
from connector.api.worklist.noting import NoteOf
from connector.api.worklist.order import EntriesAsked, EntryOrder
from connector.api.worklist.show import ShownCause, ShownEntry
from connector.console.asking import Go, PageRequest, Pages, Reply, address
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.console.sorting import Columns, sort
from connector.console.words import label
from connector.errors import RequestError
from connector.model.ids import is_push
from connector.services import services

pages = Pages()
WORKLIST = f"{CONNECTION}/worklist"
SHOWN = 50


CAUSES: Columns[ShownCause] = {
    "why": lambda one: one.title.casefold(),
    "records": lambda one: one.entries.count,
    "amount": lambda one: one.kinds[0].worth,
    "children": lambda one: one.children.count,
    "since": lambda one: one.oldest,
}
ENTRIES: Columns[ShownEntry] = {
    "record": lambda one: one.label.casefold(),
    "customer": lambda one: one.customer and one.customer.casefold(),
    "day": lambda one: one.day,
    "amount": lambda one: one.amount,
    "since": lambda one: one.since,
}


@pages.get(WORKLIST)
def show_worklist(asked: PageRequest) -> Reply:
    """Show the causes, first those that can be answered here."""
    shown = show.show(asked.connection_id)
    causes, sorting = sort(asked, shown.causes, CAUSES)
    return page_of(asked, "worklist.html", "Worklist", shown=shown, causes=causes, sorting=sorting)


@pages.get(f"{WORKLIST}/entries")
def show_entries(asked: PageRequest) -> Reply:
    """Show the entries of a cause, or only the one that a record is or stands under."""
    entry, told = asked.query.get("entry") or None, asked.query.get("sort", "")
    wanted = EntriesAsked(
        cause=None if entry else asked.query.get("cause", ""),
        after=asked.query.get("after") or None,
        limit=SHOWN,
        snoozed=bool(entry) or asked.query.get("snoozed") == "yes",
        order=EntryOrder(told) if told in set(EntryOrder) else EntryOrder.OLDEST,
        entry=entry,
    )
    found = show.show_cause(asked.connection_id, wanted)
    if found is None:
        return Go(to=asked.at("worklist"), said="None of that is on the worklist anymore.")
    cause, page = found.cause, found.page
    stored = {"since"} if cause.kinds[0].worth is None else {"since", "amount"}
    entries, sorting = sort(asked, page.entries, ENTRIES, following=page.next, stored=stored)
    return page_of(
        asked,
        "worklist_entries.html",
        cause.title,
        cause=cause,
        entries=entries,
        next=page.next,
        sorting=sorting,
        offers=choices_for(asked.connection_id, cause.cause),
    )


@pages.get(f"{WORKLIST}/link")
def show_candidates(asked: PageRequest) -> Reply:
    """Show what a record may be on the other side, as far as that is known without a call."""
    return _candidates(asked, asked.query.get("entry", ""), read=False)


@pages.post(f"{WORKLIST}/link")
def look_for_candidates(asked: PageRequest) -> Reply:
    """Look on the other side for what a record may be, at first for what is called the same."""
    return _candidates(asked, asked.value("entry"), read=True)


def _candidates(asked: PageRequest, entry: str, *, read: bool) -> Reply:
    wanted = EntriesAsked(entry=entry, limit=1)
    entries = show.list_entries(asked.connection_id, wanted).entries if entry else ()
    one = next((it for it in entries if it.id == entry), None)
    if one is None:
        return Go(to=asked.at("worklist"), said="It is on its way again, or already done.")
    like, problem, found = asked.value("like").strip(), "", None
    try:
        found = candidates.find(
            services(), asked.connection_id, entry, read=read, like=like or None
        )
    except RequestError as error:  # its id can be named nevertheless
        problem = str(error)
    return page_of(
        asked,
        "worklist_link.html",
        "Which record is it?",
        entry=one,
        found=found,
        problem=problem,
        like=like or one.number or "",
        there="QuickBooks" if is_push(one.flow) else "MobiWork",
        named=one.flow.removeprefix("push_") in {"customers", "vendors", "products"},
    )


@pages.post(f"{WORKLIST}/fixes")
def fix(asked: PageRequest) -> Reply:
    """Tell what a fix would do; once that was confirmed, do it."""
    wanted = _wanted(asked)
    done = fixing.fix(services(), asked.connection_id, wanted, by=asked.by)
    if not done.preview:
        left = f" {done.left} more are left. Repeat to do those." if done.left else ""
        return Go(to=asked.at("worklist"), said=label(f"{' '.join(done.tells)}{left}"))
    return page_of(asked, "worklist_fix.html", "What this does", done=done, wanted=wanted)


def _wanted(asked: PageRequest) -> FixOf:
    fix_kind, _, target = asked.value("fix").partition("|")
    given = asked.value("target") or target
    told = {
        "fix": fix_kind,
        "cause": asked.value("cause") or None,
        "entries": [one for one in asked.values("entry") if one],
        "target": given or None,
        "why": asked.value("why") or None,
        "preview": asked.value("sure") != "yes",
        "seen": asked.value("seen") or None,
    }
    if told["entries"]:
        told["cause"] = None
    elif asked.value("chosen"):
        raise RequestError("Select at least one record.")
    return form_of(FixOf, told)


@pages.post(f"{WORKLIST}/notes")
def note(asked: PageRequest) -> Reply:
    """Keep what a person writes beside an entry."""
    entry, cause = asked.value("entry"), asked.value("cause")
    if not entry:
        raise RequestError("Select an entry.")
    told = {
        "entries": [entry],
        "note": asked.value("note"),
        "assignee": asked.value("assignee"),
        "snoozed_until": asked.value("snoozed_until") or None,
    }
    noting.write(asked.connection_id, form_of(NoteOf, told), by=asked.by)
    return Go(to=address(asked.at("worklist", "entries"), cause=cause), said="Kept.")
